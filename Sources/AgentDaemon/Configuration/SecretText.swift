// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A secret as people keep it in files and variables: with a line end behind it, or a byte order mark before it.
enum SecretText {
    /// The secret itself.
    ///
    /// - Returns: `nil` if nothing is left.
    /// - Throws: ``Fault`` for what is no single line of text, and so can't be sent.
    static func read(_ text: String) throws(Fault) -> String? {
        var secret = text[...]
        while secret.unicodeScalars.first == "\u{FEFF}" { secret.unicodeScalars.removeFirst() }
        let trimmed = secret.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty else { return nil }
        guard trimmed.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FEFF}" }) else {
            throw Fault()
        }
        return trimmed
    }

    /// There is more than one line, or a control character.
    struct Fault: Error {
        static let problem = "holds more than one line, or a control character; expected the secret alone"
    }
}
