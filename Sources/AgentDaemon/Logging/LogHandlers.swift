// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import PrintableText
import Timekeeping

/// Writes one JSON object a line to standard error: `time`, `level`, `logger`, `message`, and the metadata as strings.
///
/// What may be logged: names of datasets and services, task ids, modellers' names, counts and durations. Never task
/// parameters, bodies, tokens or keys.
struct JSONLogHandler: LogHandler {
    private struct Line: Encodable {
        let time: String
        let level: String
        let logger: String
        let message: String
        let metadata: [String: String]?
    }

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
        let line = Line(
            time: ISO8601.text(.now),
            level: event.level.rawValue,
            logger: label,
            message: event.message.description,
            metadata: merged.isEmpty ? nil : merged.mapValues(\.description)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings only: encoding cannot fail, and a log line is the last place to report it if it did.
        guard let bytes = try? encoder.encode(line) else { return }
        // The journal is read on terminals, too.
        write(Data((String(decoding: bytes, as: UTF8.self).printableJSON() + "\n").utf8))
    }
}

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
