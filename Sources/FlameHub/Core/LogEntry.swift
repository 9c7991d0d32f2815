// SPDX-License-Identifier: Apache-2.0

/// A line of an analysis' log (flame-hub.md, 4.8). Lines have no id.
public struct LogEntry: Decodable, Sendable, Equatable {
    /// When it was written, as the Hub says it; old hubs write a number of nanoseconds.
    public let time: String?
    /// The text.
    public let message: String?
    /// The service that wrote it.
    public let service: String?
    /// Where it comes from.
    public let channel: LogChannel?
    /// How grave it is.
    public let level: LogLevel?
    /// What else was said, such as `code`, `status`, `nodeId`.
    public let labels: [String: String?]

    private enum CodingKeys: String, CodingKey {
        case time, message, service, channel, level, labels
    }

    /// Reads a line. Only its own shape matters: a line with a field of another kind is still a line.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let time = try container.decodeIfPresent(JSONText.self, forKey: .time)
        self.time = time?.text
        message = try container.decodeIfPresent(String.self, forKey: .message)
        service = try container.decodeIfPresent(String.self, forKey: .service)
        channel = try container.decodeIfPresent(LogChannel.self, forKey: .channel)
        level = try container.decodeIfPresent(LogLevel.self, forKey: .level)
        labels = try container.decodeIfPresent([String: JSONText?].self, forKey: .labels)?.mapValues { $0?.text } ?? [:]
    }

    /// A text, or a number as a text.
    private struct JSONText: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text = try (try? container.decode(String.self)) ?? String(container.decode(Int64.self))
        }
    }
}
