// SPDX-License-Identifier: Apache-2.0

/// The name by which the Hub lists a dataset and modellers address it: `owner/name` (bitfount-protocol.md, 3.5).
public struct PodIdentifier: Sendable, Hashable {
    /// The username of the owner.
    public let owner: String
    /// The name of the dataset or pod.
    public let name: String

    /// The longest identifier that today's message service takes, in characters, the slash included.
    public static let maximumLength = 70

    /// Reads `owner/name`.
    ///
    /// - Throws: `invalidArgument` if there is not exactly one slash, or a half breaks its pattern.
    public init(_ text: String) throws(BitfountError) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2 else {
            throw BitfountError(.invalidArgument, "A pod identifier has the form owner/name")
        }
        try self.init(owner: String(halves[0]), name: String(halves[1]))
    }

    /// Puts an identifier together.
    ///
    /// - Throws: `invalidArgument` if a half breaks its pattern. The length is not checked: identifiers of other
    ///   people's pods may be older than the limit.
    public init(owner: String, name: String) throws(BitfountError) {
        guard Self.isValidUsername(owner) else {
            throw BitfountError(
                .invalidArgument,
                "A username has 1 to 39 characters: lower-case letters, digits, and single - or _ between them"
            )
        }
        guard Self.isValidName(name) else {
            throw BitfountError(
                .invalidArgument,
                "A pod or dataset name has lower-case letters, digits, and single - or _ between them"
            )
        }
        self.owner = owner
        self.name = name
    }

    /// Whether the text is lower-case ASCII letters and digits with single `-` or `_` between them.
    public static func isValidName(_ text: String) -> Bool {
        var afterSeparator = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                afterSeparator = false
            case UInt8(ascii: "-"), UInt8(ascii: "_"):
                guard !afterSeparator else { return false }
                afterSeparator = true
            default:
                return false
            }
        }
        return !afterSeparator
    }

    /// Whether the text is a valid name of at most 39 characters.
    public static func isValidUsername(_ text: String) -> Bool {
        text.utf8.count <= 39 && isValidName(text)
    }

    /// Cuts a name so that it fits behind the owner within ``maximumLength``, as the SDK does when it registers.
    ///
    /// Separators that the cut leaves at the end are removed. A name that fits comes back unchanged.
    public static func coercedName(_ name: String, owner: String) -> String {
        cut(name, to: maximumLength - owner.count - 1)
    }

    private static func cut(_ name: String, to length: Int) -> String {
        guard name.count > max(length, 0) else { return name }
        var head = name.prefix(max(length, 0))
        while let last = head.last, last == "-" || last == "_" { head.removeLast() }
        return String(head)
    }
}

extension PodIdentifier: CustomStringConvertible {
    /// `owner/name`.
    public var description: String { "\(owner)/\(name)" }
}
