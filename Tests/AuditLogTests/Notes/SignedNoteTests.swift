// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct SignedNoteTests {
    /// The example of Go's `note` package, which C2SP's specification describes.
    static let peterNeumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let signature =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

    @Test func readsAndMakesTheExampleOfTheFormat() throws {
        let key = try NoteVerifierKey(Self.peterNeumann)
        #expect(key.name == "PeterNeumann")
        #expect(key.id.description == "c74f20a3")
        let signer = try NoteSigner(SecretBytes(Self.secret.utf8))
        #expect(signer.verifierKey == key)
        #expect(String(decoding: signer.text.reveal(), as: UTF8.self) == Self.secret + "\n")
        let note = try signer.sign(Self.text)
        #expect(String(decoding: note.bytes, as: UTF8.self) == Self.text + "\n" + Self.signature)
        let read = try SignedNote(note.bytes)
        #expect(read == note)
        #expect(try read.verify(key))
    }

    @Test func theKeyIDIsTheOneOfTheFormat() {
        let id = NoteKeyID(name: "example.com/foo", algorithm: .ed25519, publicKey: Array(repeating: 0, count: 32))
        let hash = SHA256.hash(Array("example.com/foo\n".utf8) + [1] + Array(repeating: 0, count: 32))
        #expect(id.bytes == Array(hash.prefix(4)))
    }

    @Test func signaturesOfOtherKeysAreNotLookedAt() throws {
        let signer = try NoteSigner.generate(name: "example.com/log")
        let other = try NoteSigner.generate(name: "example.com/log")
        var bytes = try signer.sign("text\n").bytes
        bytes += Array("— witness.example/w1 AAAAAAECAwQ=\n".utf8)
        let note = try SignedNote(bytes)
        #expect(note.signatures.count == 2)
        #expect(try note.verify(signer.verifierKey))
        #expect(try note.verify(other.verifierKey) == false)
    }

    @Test func aWrongSignatureOfAKnownKeyIsNoAbsentOne() throws {
        let signer = try NoteSigner.generate(name: "example.com/log")
        let note = try signer.sign("text\n")
        let changed = SignedNote(text: "test\n", signatures: note.signatures)
        #expect(throws: StoreError(.untrusted, "")) { try changed.verify(signer.verifierKey) }
        let both = SignedNote(
            text: "text\n",
            signatures: note.signatures + changed.signatures + [
                SignedNote.Signature(name: "example.com/log", keyID: signer.verifierKey.id, bytes: [1, 2, 3])
            ]
        )
        #expect(throws: StoreError(.untrusted, "")) { try both.verify(signer.verifierKey) }
    }

    @Test func aTextMayHaveEmptyLinesAndEndsAtTheLast() throws {
        let signer = try NoteSigner.generate(name: "a")
        let note = try signer.sign("one\n\ntwo\n\n\nthree\n")
        #expect(try SignedNote(note.bytes).text == "one\n\ntwo\n\n\nthree\n")
        #expect(try SignedNote(note.bytes).verify(signer.verifierKey))
    }

    @Test(arguments: [
        "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n— a\n", "text\n\n— a AAAAAAA=\n\n",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a  AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— a AAAA\n", "text\n\n— a AAAAAB==\n",
        "text\n\n— a AAAAAAA=", "text\n\n— a AAAAAAA=\nmore\n", "te\txt\n\n— a AAAAAAA=\n",
        "te\u{0}xt\n\n— a AAAAAAA=\n",
        "text\n\n—\u{a0}a AAAAAAA=\n",
    ])
    func refusesOtherForms(_ text: String) {
        #expect(throws: StoreError(.malformed, "")) { try SignedNote(text.utf8) }
    }

    @Test func refusesWhatIsTooLongOrNotUTF8() {
        let signature = "— a AAAAAAA=\n"
        #expect(throws: Never.self) { try SignedNote("t\n\n\(String(repeating: signature, count: 64))".utf8) }
        #expect(throws: StoreError(.malformed, "")) {
            try SignedNote("t\n\n\(String(repeating: signature, count: 65))".utf8)
        }
        #expect(throws: StoreError(.malformed, "")) {
            try SignedNote("\(String(repeating: "x", count: 65_536))\n\n\(signature)".utf8)
        }
        #expect(throws: StoreError(.malformed, "")) { try SignedNote([0xFF] + Array("\n\n\(signature)".utf8)) }
    }

    @Test func anyChangeOfAByteIsNoticed() throws {
        let signer = try NoteSigner.generate(name: "example.com/log")
        let bytes = try signer.sign("example.com/log\n7\ntext\n").bytes
        for index in bytes.indices {
            for flip in [1, 0x20, 0x80] as [UInt8] {
                var changed = bytes
                changed[index] ^= flip
                let isAccepted = (try? SignedNote(changed).verify(signer.verifierKey)) ?? false
                #expect(!isAccepted, "byte \(index)")
            }
        }
    }

    @Test(arguments: [
        "", "a", "a+b", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
    ])
    func refusesOtherKeys(_ text: String) {
        #expect(throws: StoreError(.malformed, "")) { try NoteVerifierKey(text) }
    }

    @Test func aSignerShowsOnlyItsPublicHalf() throws {
        let signer = try NoteSigner(SecretBytes(Self.secret.utf8))
        for shown in ["\(signer)", String(reflecting: signer)] {
            #expect(!shown.contains("AYEKFALVFGyNhPJEMzD1QIDr"))
        }
        #expect(throws: StoreError(.keyUnusable, "")) { try NoteSigner(SecretBytes("PRIVATE+KEY+a+b+c".utf8)) }
    }
}
