// SPDX-License-Identifier: Apache-2.0

/// The log lines of analyses, and of nodes in analyses, newest last.
struct FlameLogs: Sendable {
    struct Line: Sendable {
        let time: Int64
        let level: String
        let message: String
        let labels: [String: JSONValue]
    }

    /// Whose lines they are.
    struct Subject: Sendable, Hashable {
        let analysis: String
        /// Nil for the lines of the analysis as a whole.
        let node: String?
    }

    private(set) var lines: [Subject: [Line]] = [:]

    mutating func add(_ line: Line, to subject: Subject) {
        lines[subject, default: []].append(line)
    }

    mutating func removeAll(of subject: Subject) {
        lines[subject] = nil
    }
}

extension FlameLogs.Line {
    var json: JSONValue {
        [
            "time": .string(FlameTime.text(time)), "level": .string(level), "message": .string(message),
            "service": "hub-server-core", "channel": "http", "labels": .object(labels),
        ]
    }
}
