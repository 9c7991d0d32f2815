// SPDX-License-Identifier: Apache-2.0

/// Why bytes from a peer are not what they should be.
///
/// Nothing in it is the peer's own text, so it may be logged and audited.
public struct TaskFormatError: Error, Sendable {
    /// What is wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A limit is exceeded.
        case tooLarge = "too-large"
        /// Decompression or MessagePack fails.
        case notUnpackable = "not-unpackable"
        /// A value of our own can't be packed.
        case notPackable = "not-packable"
        /// A part is packed in another generation than the request around it.
        case mixedGenerations = "mixed-generations"
        /// Decryption fails: another key, or changed bytes.
        case undecryptable = "undecryptable"
        /// A required field is missing.
        case missingField = "missing-field"
        /// A field has a value of another type, or one that is not allowed.
        case invalidField = "invalid-field"
        /// There is a field that must not be there.
        case unexpectedField = "unexpected-field"
        /// A value has no JSON form: bytes, an extension type, or a number that is not finite.
        case noJSONForm = "no-json-form"
    }

    /// Which part of what a peer sent is wrong.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        /// The clear envelope of a task request (bitfount-protocol.md, 9.1).
        case outerRequest = "outer-request"
        /// The ciphertext and signature inside it (bitfount-protocol.md, 9.2).
        case requestContainer = "request-container"
        /// The decrypted request (bitfount-protocol.md, 9.2).
        case innerRequest = "inner-request"
        /// The protocol of the decrypted request (bitfount-protocol.md, 4.2).
        case protocolDocument = "protocol-document"
        /// A message within a task (bitfount-protocol.md, 7.8).
        case message = "message"
    }

    /// What is wrong.
    public var code: Code
    /// Where.
    public var part: Part
    /// The field, by its name in the protocol, if one is at fault.
    public var field: String?
    /// What caused it, if another error did.
    public var underlying: (any Error)?

    /// Describes a fault. `field` is a name of the protocol, never one that a peer made up.
    public init(_ code: Code, in part: Part, field: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.part = part
        self.field = field
        self.underlying = underlying
    }
}

extension TaskFormatError: Equatable {
    /// Two faults are equal when they are of the same kind at the same place.
    public static func == (one: Self, other: Self) -> Bool {
        one.code == other.code && one.part == other.part && one.field == other.field
    }
}

extension TaskFormatError: CustomStringConvertible {
    /// The place and the kind, such as `outer-request: missing-field auth_type`.
    public var description: String {
        "\(part.rawValue): \(code.rawValue)" + (field.map { " \($0)" } ?? "")
    }
}
