import Foundation
import Logging

/// Writes one line for people to standard error: `03:04:05 warning heartbeat: the Hub does not answer [dataset=heart-data]`.
struct TextLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let write: @Sendable (Data) -> Void

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let time = Date.now.formatted(.iso8601WithMilliseconds).dropFirst(11).prefix(8)
        var line = "\(time) \(event.level.rawValue) \(label): \(event.message)"
        if !merged.isEmpty {
            line += " [" + merged.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ") + "]"
        }
        // Foreign text must not break out of its line or drive the terminal.
        let printable = String(
            line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        )
        write(Data((printable + "\n").utf8))
    }
}
