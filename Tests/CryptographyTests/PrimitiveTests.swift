// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import TestSupport
import Testing

struct PrimitiveTests {
    struct Challenge: Decodable, Sendable {
        let code_verifier: String
        let code_challenge: String
    }

    @Test(arguments: try Recorded<Challenge>.all("oidc.json"))
    func challengesOfTheSDKs(recorded: Challenge) {
        #expect(PKCE.challenge(for: recorded.code_verifier) == recorded.code_challenge)
    }

    // FIPS 180-2, appendix B, and the digest of nothing.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func digests(text: String, digest: String) {
        #expect(Hex.encode(SHA256.hash(Array(text.utf8))) == digest)
        #expect(Hex.encode(SHA256.hash(Data(text.utf8))) == digest)
    }

    @Test func digestsInPieces() {
        var random = SeededGenerator(seed: 3)
        var hasher = SHA256Hasher()
        for length in [0, 1, 63, 64, 65, 1_000, 100_000] {
            let bytes = random.bytes(length)
            var start = 0
            while start < length {
                let end = min(length, start + Int.random(in: 1...200, using: &random))
                hasher.update(Array(bytes[start..<end]))
                start = end
            }
            #expect(hasher.finish() == SHA256.hash(bytes))
        }
        #expect(hasher.finish() == SHA256.hash([]))
    }

    @Test func hexadecimal() {
        #expect(Hex.encode([0x00, 0x9F, 0xFF]) == "009fff")
        #expect(Hex.decode("009fFF") == [0x00, 0x9F, 0xFF])
        #expect(Hex.decode("") == [])
        for text in ["0", "0g", "é", " 00", "0x00", "00\n"] {
            #expect(Hex.decode(text) == nil)
        }
        let all = Array(0...255 as ClosedRange<UInt8>)
        #expect(Hex.decode(Hex.encode(all)) == all)
    }

    @Test func comparison() {
        #expect(ConstantTime.equals([], []))
        #expect(ConstantTime.equals([1, 2], [1, 2]))
        #expect(!ConstantTime.equals([1, 2], [1, 3]))
        #expect(!ConstantTime.equals([1, 2], [1, 2, 3]))
    }

    @Test func randomBytesDiffer() throws {
        #expect(try SecureRandom.bytes(0) == [])
        #expect(try SecureRandom.bytes(32).count == 32)
        #expect(try SecureRandom.bytes(32) != SecureRandom.bytes(32))
        #expect(try SecureRandom.secret(32) != SecureRandom.secret(32))
    }

    @Test func secretsAreNotPrinted() {
        let secret = SecretBytes(Array("password".utf8))
        var dumped = "\(secret) \(String(reflecting: secret))"
        dump(secret, to: &dumped)
        #expect(!dumped.contains("112"))
        #expect(!dumped.contains("password"))
        #expect(secret == SecretBytes(Array("password".utf8)))
        #expect(secret != SecretBytes(Array("passwort".utf8)))
        #expect(secret.reveal() == Array("password".utf8))
    }
}
