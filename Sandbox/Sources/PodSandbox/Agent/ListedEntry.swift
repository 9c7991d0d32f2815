// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An audit entry as `pod-agent audit list --output json` prints it; only what the sandbox compares.
package struct ListedEntry: Sendable, Decodable, Hashable {
    /// Its place in the log.
    package let seq: Int
    /// Its type, such as `access.decision`.
    package let type: String
    /// The task.
    package let task: String?
    /// `accept` or `reject`.
    package let decision: String?
    /// The reason.
    package let reason: String?
    /// The modeller.
    package let modeller: String?
    /// What it refers to, such as the row of a FLAME Hub.
    package var ref: String?

    /// Reads a JSON list, or one entry per line.
    static func parse(_ text: String) throws -> [ListedEntry] {
        let decoder = JSONDecoder()
        if text.drop(while: \.isWhitespace).first == "[" {
            return try decoder.decode([ListedEntry].self, from: Data(text.utf8))
        }
        return try text.split(whereSeparator: \.isNewline).map {
            try decoder.decode(ListedEntry.self, from: Data($0.utf8))
        }
    }
}
