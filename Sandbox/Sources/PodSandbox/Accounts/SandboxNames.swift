// SPDX-License-Identifier: Apache-2.0

/// The names that the Hub accepts (bitfount-protocol.md, 3.5), checked independently of the agent's own code.
enum SandboxNames {
    /// The longest `owner/name`, in characters.
    static let maximumIdentifierLength = 70

    private static func isWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Words of lower-case letters and digits, joined by single hyphens or underscores.
    static func isName(_ text: String) -> Bool {
        let words = text.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(isWord) }
    }

    /// The same for a username, of at most 39 characters.
    static func isUsername(_ text: String) -> Bool {
        text.utf8.count <= 39 && isName(text)
    }

    /// The halves of `owner/name`, or nil when it is no identifier.
    static func halves(of identifier: String) -> (owner: String, name: String)? {
        let parts = identifier.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, isUsername(parts[0]), isName(parts[1]) else { return nil }
        return (parts[0], parts[1])
    }
}
