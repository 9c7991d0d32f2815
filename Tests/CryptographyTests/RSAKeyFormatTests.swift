// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import TestSupport
import Testing

struct RSAKeyFormatTests {
    private func code(_ text: String) -> CryptographyError.Code? {
        do {
            _ = try RSAPrivateKey(text)
            return nil
        } catch {
            return error.code
        }
    }

    private func publicCode(_ text: String) -> CryptographyError.Code? {
        do {
            _ = try RSAPublicKey(text)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: ["pod", "modeller", "other"])
    func allFormsAreTheSameKey(name: String) throws {
        let recorded = try RecordedKeys.key(name)
        let publicKeys = [
            try RSAPrivateKey(recorded.private_pem).publicKey,
            try RSAPrivateKey(recorded.private_openssh).publicKey,
            try RSAPublicKey(recorded.public_pem),
            try RSAPublicKey(recorded.public_openssh),
            try RSAPublicKey(recorded.public_openssh + " somebody@somewhere\n"),
        ]
        for key in publicKeys {
            #expect(key == publicKeys[0])
            #expect(key.openSSH == recorded.public_openssh)
            #expect(key.pem == recorded.public_pem)
            #expect(key.modulusBytes * 8 == recorded.bits)
            #expect(key.maximumOAEPBytes == 446)
        }
        let modulus = try #require(Hex.decode(recorded.modulus_hex))
        #expect(
            try #require(Data(base64Encoded: String(publicKeys[0].openSSH.dropFirst(8)))).suffix(512) == Data(modulus)
        )
    }

    @Test func differentKeysAreNotEqual() throws {
        #expect(try RecordedKeys.privateKey("pod").publicKey != RecordedKeys.privateKey("other").publicKey)
    }

    @Test func isWrittenAsTheSDKsDo() throws {
        let recorded = try RecordedKeys.key("pod")
        for text in [recorded.private_pem, recorded.private_openssh] {
            let key = try RSAPrivateKey(text)
            #expect(String(decoding: try key.pkcs8PEM().reveal(), as: UTF8.self) == recorded.private_pem)
            let container = String(decoding: try key.openSSHPrivateKey().reveal(), as: UTF8.self)
            #expect(try RSAPrivateKey(container).publicKey == key.publicKey)
            // All but the random numbers by which a decrypted container is recognised.
            let written = try containerBytes(container)
            let expected = try containerBytes(recorded.private_openssh)
            let check = try #require(written.indices.first { written[$0] != expected[$0] })
            #expect(written[..<check] == expected[..<check])
            #expect(written[(check + 8)...] == expected[(check + 8)...])
        }
    }

    private func containerBytes(_ text: String) throws -> [UInt8] {
        let base64 = text.split(separator: "\n").dropFirst().dropLast().joined()
        return Array(try #require(Data(base64Encoded: base64)))
    }

    private func container(_ bytes: [UInt8]) -> String {
        "-----BEGIN OPENSSH PRIVATE KEY-----\n\(Data(bytes).base64EncodedString())\n-----END OPENSSH PRIVATE KEY-----\n"
    }

    @Test func anyDamageToAContainerIsRefused() throws {
        let bytes = try containerBytes(RecordedKeys.key("pod").private_openssh)
        #expect(code(container(bytes)) == nil)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
            #expect(code(container(damaged)) != nil)
        }
        for _ in 0..<100 {
            #expect(code(container(Array(bytes[..<Int.random(in: 0..<bytes.count, using: &random)]))) != nil)
        }
        #expect(code(container(bytes + [0])) != nil)
    }

    @Test func damagedPEMIsRefused() throws {
        let pem = try RecordedKeys.key("pod").private_pem
        var random = SeededGenerator(seed: 2)
        let lines = pem.split(separator: "\n")
        for _ in 0..<50 {
            var damaged = Array(pem.utf8)
            let place = Int.random(in: 40..<damaged.count - 60, using: &random)
            damaged[place] = damaged[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            // The version and the object identifier may be written in other ways that mean the same.
            guard place > 80 else { continue }
            #expect(code(String(decoding: damaged, as: UTF8.self)) != nil, "byte \(place)")
        }
        #expect(code(lines.dropLast().joined(separator: "\n")) == .invalidKey)
        #expect(code(pem + pem) == .invalidKey)
        #expect(code("") == .invalidKey)
        #expect(code(String(repeating: "A", count: 1 << 20)) == .invalidKey)
    }

    @Test func halvesOfDifferentKeysAreRefused() throws {
        // The private part of one container behind the public part of another.
        let pod = try containerBytes(RecordedKeys.key("pod").private_openssh)
        let other = try containerBytes(RecordedKeys.key("other").private_openssh)
        let publicEnd = 15 + 8 + 8 + 4 + 4 + 4 + 535
        #expect(code(container(Array(pod[..<publicEnd]) + other[publicEnd...])) == .invalidKey)
    }

    @Test func keysWithPassphraseAreRefusedWithoutAsking() {
        #expect(
            code("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
                == .passphraseNeeded
        )
        let old =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"
        #expect(code(old) == .passphraseNeeded)
        let magic = Array("openssh-key-v1\0".utf8)
        let encrypted: [UInt8] = magic + [0, 0, 0, 3, 0x61, 0x65, 0x73, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
        #expect(code(container(encrypted)) == .passphraseNeeded)
    }

    @Test func aPublicKeyIsNotTakenForAPrivateOne() throws {
        let recorded = try RecordedKeys.key("pod")
        #expect(code(recorded.public_pem) == .unsupportedKey)
        #expect(publicCode(recorded.private_pem) == .unsupportedKey)
        #expect(code(recorded.public_openssh) == .invalidKey)
    }

    @Test func otherKindsAndSizesAreRefused() throws {
        let curve = try P256KeyPair.generate()
        #expect(code(String(decoding: try curve.pkcs8PEM().reveal(), as: UTF8.self)) == .invalidKey)
        #expect(publicCode(curve.publicKey.pem) == .invalidKey)
        #expect(publicCode(ForeignKeys.rsa1024) == .unsupportedKey)
        #expect(
            publicCode("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f")
                == .unsupportedKey
        )
    }

    @Test func readsPKCS1() throws {
        let key = try RSAPrivateKey(ForeignKeys.pkcs1Private)
        #expect(key.modulusBytes == 256)
        #expect(try RSAPublicKey(ForeignKeys.pkcs1Public) == key.publicKey)
    }

    @Test func damagedPublicLinesAreRefused() throws {
        let line = try RecordedKeys.key("pod").public_openssh
        #expect(publicCode(line + "\n" + line) == .invalidKey)
        #expect(publicCode("ssh-rsa") == .invalidKey)
        #expect(publicCode("ssh-rsa !!!!") == .invalidKey)
        #expect(publicCode(String(line.dropLast(4))) == .invalidKey)
        #expect(publicCode("") == .invalidKey)
        let blob = Array(try #require(Data(base64Encoded: String(line.dropFirst(8)))))
        func code(_ blob: [UInt8]) -> CryptographyError.Code? {
            publicCode("ssh-rsa \(Data(blob).base64EncodedString())")
        }
        #expect(code(blob) == nil)
        #expect(code(blob + [0]) == .invalidKey)
        for length in 0..<blob.count {
            #expect(code(Array(blob[..<length])) == .invalidKey)
        }
        // The exponent with a needless zero byte, as a negative number, and even.
        let type = blob[..<11]
        let modulus = blob[18...]
        #expect(code(type + [0, 0, 0, 3, 1, 0, 1] + modulus) == nil)
        #expect(code(type + [0, 0, 0, 4, 0, 1, 0, 1] + modulus) == .invalidKey)
        #expect(code(type + [0, 0, 0, 1, 0x83] + modulus) == .invalidKey)
        #expect(code(type + [0, 0, 0, 3, 1, 0, 0] + modulus) == .unsupportedKey)
        #expect(code(type + [0, 0, 0, 1, 1] + modulus) == .unsupportedKey)
        // Below 65,537.
        #expect(code(type + [0, 0, 0, 1, 3] + modulus) == .unsupportedKey)
        #expect(code(type + [0, 0, 0, 3, 0, 0xFF, 0xFF] + modulus) == .unsupportedKey)
        #expect(code(type + [0, 0, 0, 3, 1, 0, 3] + modulus) == nil)
        // An even modulus.
        #expect(
            code(type + [0, 0, 0, 3, 1, 0, 1] + modulus.dropLast() + [modulus[modulus.endIndex - 1] & 0xFE])
                == .unsupportedKey
        )
        #expect(code(type + [0, 0, 0, 0] + modulus) == .invalidKey)
        #expect(code(type + [0, 0, 0, 9, 1] + [UInt8](repeating: 1, count: 8) + modulus) == .unsupportedKey)
    }

    /// Whatever happens to a public key, it is refused or is a key that can be written and read again.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func randomChangesToPublicKeysNeverCrash(seed: UInt64) throws {
        let recorded = try RecordedKeys.key("pod")
        var random = SeededGenerator(seed: seed)
        for text in [recorded.public_openssh, recorded.public_pem] {
            for _ in 0..<75 {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0...2, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...127, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: random.bytes(3), at: place)
                    }
                }
                guard let key = try? RSAPublicKey(String(decoding: bytes, as: UTF8.self)) else { continue }
                #expect(try RSAPublicKey(key.openSSH) == key)
                #expect(try RSAPublicKey(key.pem) == key)
            }
        }
    }

    @Test func generatesAKeyThatWorks() async throws {
        let key = try await RSAPrivateKey.generate(bits: 2048)
        #expect(key.modulusBytes == 256)
        #expect(try await key.decryptOAEP(key.publicKey.encryptOAEP([1, 2, 3])) == [1, 2, 3])
        await #expect(throws: CryptographyError.self) { try await RSAPrivateKey.generate(bits: 1024) }
    }

    @Test func privateKeysAreNotPrinted() throws {
        let recorded = try RecordedKeys.key("pod")
        let key = try RSAPrivateKey(recorded.private_pem)
        #expect(String(describing: key) == "<RSA private key of 4096 bits>")
        #expect(String(reflecting: key) == "<RSA private key of 4096 bits>")
        var dumped = ""
        dump(key, to: &dumped)
        dump(try key.pkcs8PEM(), to: &dumped)
        #expect(dumped.utf8.count < 200)
    }
}
