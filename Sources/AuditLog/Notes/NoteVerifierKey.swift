// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
public import StateStore

/// A public key with the name it signs under: what an auditor needs to know to check a log.
///
/// The text form is C2SP's *vkey*: `<name>+<key id>+<base64 of algorithm and key>`.
public struct NoteVerifierKey: Sendable, Hashable, CustomStringConvertible {
    /// The name: the origin of the log.
    public let name: String
    /// The key's id.
    public let id: NoteKeyID
    let publicKey: Ed25519PublicKey

    init(name: String, publicKey: Ed25519PublicKey) throws(StoreError) {
        guard NoteName.isValid(name) else {
            throw StoreError(.malformed, "A key's name can't be empty or have spaces or a plus in it.")
        }
        self.name = name
        self.publicKey = publicKey
        id = NoteKeyID(name: name, algorithm: .ed25519, publicKey: publicKey.rawBytes)
    }

    /// Reads the text form.
    ///
    /// - Throws: ``StoreError/Code/malformed`` if it isn't one, or is of another algorithm than Ed25519.
    public init(_ text: String) throws(StoreError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let id = NoteKeyID(hex: parts[1]), let key = Data(base64Encoded: String(parts[2])),
            key.first == NoteKeyID.Algorithm.ed25519.rawValue,
            let publicKey = try? Ed25519PublicKey(rawBytes: [UInt8](key.dropFirst()))
        else {
            throw StoreError(.malformed, "The verifier key is not of the form name+id+key with an Ed25519 key.")
        }
        try self.init(name: String(parts[0]), publicKey: publicKey)
        guard self.id == id, description == text else {
            throw StoreError(.malformed, "The verifier key's id doesn't belong to its name and key.")
        }
    }

    /// The text form.
    public var description: String {
        let key = Data([NoteKeyID.Algorithm.ed25519.rawValue] + publicKey.rawBytes).base64EncodedString()
        return "\(name)+\(id)+\(key)"
    }
}

/// The rules for the names of keys and logs in signed notes (C2SP signed-note).
enum NoteName {
    /// Longer names serve nothing but an attacker.
    static let maximumBytes = 512

    /// Whether the name is not empty and has no space of any kind, no plus and no control character.
    static func isValid(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.utf8.count <= maximumBytes
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            }
    }
}

/// The four bytes that tell one key of a name from another. Not a hash to rely on: it only says which key to try.
public struct NoteKeyID: Sendable, Hashable, CustomStringConvertible {
    /// The first byte of a key's or signature's encoding.
    enum Algorithm: UInt8 {
        /// Ed25519 over the note's text.
        case ed25519 = 1
    }

    let rawValue: UInt32

    /// The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key).
    init(name: String, algorithm: Algorithm, publicKey: [UInt8]) {
        let hash = SHA256.hash(Array(name.utf8) + [0x0A, algorithm.rawValue] + publicKey)
        rawValue = hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The id of exactly four bytes.
    init(_ bytes: ArraySlice<UInt8>) {
        rawValue = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The id that these eight lower-case hex digits write.
    init?(hex: some StringProtocol) {
        guard hex.utf8.count == 8, hex == hex.lowercased(), let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes[...])
    }

    var bytes: [UInt8] { withUnsafeBytes(of: rawValue.bigEndian) { [UInt8]($0) } }

    /// Eight lower-case hex digits.
    public var description: String { Hex.encode(bytes) }
}
