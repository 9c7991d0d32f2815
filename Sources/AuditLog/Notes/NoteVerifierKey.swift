import StateStore
import Cryptography
import Foundation

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
