import Foundation
import Logging
import PrintableText
import Timekeeping

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
        let time = ISO8601.text(.now).dropFirst(11).prefix(8)
        var line = "\(time) \(event.level.rawValue) \(label): \(event.message)"
        if !merged.isEmpty {
            line += " [" + merged.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ") + "]"
        }
        // Foreign text must not break out of its line or drive the terminal.
        write(Data((line.printable() + "\n").utf8))
    }
}
