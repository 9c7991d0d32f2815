// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import TestSupport
import Testing

/// RSA operations against what the SDKs encrypted and signed.
struct RSAOperationTests {
    struct Ciphertext: Decodable, Sendable {
        let name: String
        let key: String
        let plaintext_b64: Data?
        let ciphertext_b64: Data
        let ok: Bool
    }
    struct Signature: Decodable, Sendable {
        let name: String
        let key: String
        let message_b64: Data
        let signature_b64: Data
        let ok: Bool
    }

    @Test(arguments: try Recorded<Ciphertext>.all("rsa_oaep.json"))
    func oaepOfTheSDKs(recorded: Ciphertext) async throws {
        let key = try RecordedKeys.privateKey(recorded.key)
        let ciphertext = Array(recorded.ciphertext_b64)
        if recorded.ok {
            let plaintext = Array(try #require(recorded.plaintext_b64))
            #expect(try await key.decryptOAEP(ciphertext) == plaintext)
            #expect(try await HybridEnvelope.open(ciphertext, with: key) == plaintext)
        } else {
            await #expect(throws: decryptionFailed) { try await key.decryptOAEP(ciphertext) }
            await #expect(throws: decryptionFailed) { try await HybridEnvelope.open(ciphertext, with: key) }
        }
    }

    @Test(arguments: try Recorded<Ciphertext>.all("rsa_hybrid.json"))
    func envelopesOfTheSDKs(recorded: Ciphertext) async throws {
        let key = try RecordedKeys.privateKey(recorded.key)
        let ciphertext = Array(recorded.ciphertext_b64)
        if recorded.ok {
            let plaintext = Array(try #require(recorded.plaintext_b64))
            #expect(try await HybridEnvelope.open(ciphertext, with: key) == plaintext)
        } else {
            await #expect(throws: decryptionFailed) { try await HybridEnvelope.open(ciphertext, with: key) }
        }
    }

    @Test(arguments: try Recorded<Signature>.all("rsa_pss.json"))
    func signaturesOfTheSDKs(recorded: Signature) throws {
        let key = try RecordedKeys.privateKey(recorded.key).publicKey
        let isValid = key.verifyPSS(signature: Array(recorded.signature_b64), message: Array(recorded.message_b64))
        #expect(isValid == recorded.ok)
    }

    @Test func ownSignaturesVerify() async throws {
        // The key from the container, whose fast exponents are derived.
        let key = try RSAPrivateKey(RecordedKeys.key("modeller").private_openssh)
        for message in [[], [1, 2, 3], [UInt8](repeating: 7, count: 5000)] as [[UInt8]] {
            let signature = try await key.signPSS(message)
            #expect(signature.count == 512)
            #expect(key.publicKey.verifyPSS(signature: signature, message: message))
            #expect(!key.publicKey.verifyPSS(signature: signature, message: message + [0]))
            #expect(!key.publicKey.verifyPSS(signature: signature + [0], message: message))
        }
        #expect(!key.publicKey.verifyPSS(signature: [], message: []))
    }

    @Test(arguments: [0, 1, 445, 446, 447, 512, 513, 100_000])
    func envelopesComeBack(length: Int) async throws {
        let key = try RSAPrivateKey(RecordedKeys.key("pod").private_openssh)
        var random = SeededGenerator(seed: UInt64(length))
        let plaintext = random.bytes(length)
        let sealed = try HybridEnvelope.seal(plaintext, to: key.publicKey)
        #expect(sealed.count == (length <= 446 ? 512 : 512 + 12 + length + 16))
        #expect(try await HybridEnvelope.open(sealed, with: key) == plaintext)
    }

    @Test func oaepTakesNoMoreThanFits() throws {
        let key = try RecordedKeys.privateKey("pod").publicKey
        let error = #expect(throws: CryptographyError.self) {
            try key.encryptOAEP([UInt8](repeating: 0, count: 447))
        }
        #expect(error?.code == .messageTooLong)
    }

    @Test func aWrappedKeyOfAnotherLengthIsRefused() async throws {
        let key = try RecordedKeys.privateKey("pod")
        let wrapped = try key.publicKey.encryptOAEP([UInt8](repeating: 1, count: 16))
        let sealed = wrapped + [UInt8](repeating: 0, count: 12 + 100 + 16)
        await #expect(throws: decryptionFailed) { try await HybridEnvelope.open(sealed, with: key) }
    }

    @Test func manyOperationsAtATimeAllSucceed() async throws {
        let key = try RecordedKeys.privateKey("pod")
        try await withThrowingTaskGroup { group in
            for number in 0..<40 as Range<UInt8> {
                group.addTask {
                    let sealed = try key.publicKey.encryptOAEP([number])
                    return (number, try await key.decryptOAEP(sealed))
                }
            }
            for try await (number, opened) in group {
                #expect(opened == [number])
            }
        }
    }

    /// Whatever is wrong, the answer is the same.
    private let decryptionFailed = CryptographyError(
        code: .decryptionFailed,
        message: "The message was not encrypted for this key, or was changed on the way."
    )
}
