// SPDX-License-Identifier: Apache-2.0

/// A field of a record: who may write it, and what it may be (flame-hub.md, 4.4 to 4.12).
struct FlameField: Sendable {
    enum Kind: Sendable {
        /// A text of that many characters.
        case text(ClosedRange<Int>)
        /// The same, of lower-case letters, digits, hyphens and underscores only.
        case code(ClosedRange<Int>)
        /// The same in lower case, made so if it is not.
        case name(ClosedRange<Int>)
        /// The name of a host; a scheme and a path are cut off.
        case host(ClosedRange<Int>)
        case email
        case uuid
        case flag
        case integer(ClosedRange<Int>)
        case word([String])
        /// The arguments of an image's command.
        case arguments
        case labels
        /// A text that is never told.
        case password
    }

    struct Access: OptionSet, Sendable {
        let rawValue: Int
        static let create = Access(rawValue: 1)
        static let update = Access(rawValue: 2)
        static let written: Access = [.create, .update]
    }

    let name: String
    let kind: Kind
    let access: Access
    let isNullable: Bool
    /// Whether a record can't be made without it.
    let isRequired: Bool
    /// What a new record has if nothing else is given.
    let standard: JSONValue
    /// Whether it is sent only when it is asked for.
    let isExtra: Bool
    /// The collection that it points into.
    let target: String?
    /// Whether the record goes when the one that it points to is deleted.
    let isPart: Bool

    /// - Parameter standard: What a new record has if nothing else is given; null also means that null is allowed.
    init(
        _ name: String,
        _ kind: Kind,
        _ access: Access = [],
        required isRequired: Bool = false,
        standard: JSONValue = .null,
        isExtra: Bool = false,
        target: String? = nil,
        isPart: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.access = access
        self.isRequired = isRequired
        self.standard = standard
        self.isExtra = isExtra
        self.target = target
        self.isPart = isPart
        isNullable = standard == .null && !isRequired
    }
}
