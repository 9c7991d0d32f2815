// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import StateStore

/// A private key with the name it signs under.
///
/// The text form, as it is kept in a key file, is the one that Go's `note` package introduced:
/// `PRIVATE+KEY+<name>+<key id>+<base64 of algorithm and seed>`.
struct NoteSigner: Sendable {
    let verifierKey: NoteVerifierKey
    private let privateKey: Ed25519PrivateKey

    /// A new key for the name.
    static func generate(name: String) throws(StoreError) -> NoteSigner {
        do {
            return try NoteSigner(name: name, privateKey: try Ed25519PrivateKey.generate())
        } catch {
            throw StoreError(.keyUnusable, "No key for the audit log could be made.", underlying: error)
        }
    }

    private init(name: String, privateKey: Ed25519PrivateKey) throws(StoreError) {
        verifierKey = try NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
        self.privateKey = privateKey
    }

    /// Reads the text form.
    init(_ text: SecretBytes) throws(StoreError) {
        let malformed = StoreError(
            .keyUnusable,
            "The audit log's key file doesn't hold an Ed25519 key of the known form."
        )
        let parts = String(decoding: text.reveal(), as: UTF8.self).split(
            separator: "+",
            maxSplits: 4,
            omittingEmptySubsequences: false
        )
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY",
            let key = Data(base64Encoded: parts[4].trimmingCharacters(in: .newlines)),
            key.first == NoteKeyID.Algorithm.ed25519.rawValue,
            let privateKey = try? Ed25519PrivateKey(seed: SecretBytes(key.dropFirst()))
        else { throw malformed }
        try self.init(name: String(parts[2]), privateKey: privateKey)
        guard verifierKey.id.description == parts[3] else { throw malformed }
    }

    /// The text form; secret.
    var text: SecretBytes {
        let seed = privateKey.seed.withUnsafeBytes {
            Data([NoteKeyID.Algorithm.ed25519.rawValue] + $0).base64EncodedString()
        }
        return SecretBytes("PRIVATE+KEY+\(verifierKey.name)+\(verifierKey.id)+\(seed)\n".utf8)
    }

    /// Signs a note's text, which must end in a newline.
    func sign(_ text: String) throws(StoreError) -> SignedNote {
        do {
            let signature = try privateKey.sign(Array(text.utf8))
            let line = SignedNote.Signature(name: verifierKey.name, keyID: verifierKey.id, bytes: signature)
            return SignedNote(text: text, signatures: [line])
        } catch {
            throw StoreError(.keyUnusable, "The audit log's key can't sign.", underlying: error)
        }
    }
}

extension NoteSigner: CustomStringConvertible, CustomReflectable {
    /// The public half.
    var description: String { "signer \(verifierKey)" }

    /// Never the private half.
    var customMirror: Mirror { Mirror(self, children: []) }
}
