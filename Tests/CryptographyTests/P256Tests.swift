// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Testing

struct P256Tests {
    private func code(_ pem: String) -> CryptographyError.Code? {
        do {
            _ = try P256PublicKey(pem)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func readsWhatOpenSSLWrites() throws {
        let pair = try P256KeyPair(SecretBytes(ForeignKeys.p256PKCS8.utf8))
        #expect(try P256KeyPair(SecretBytes(ForeignKeys.p256SEC1.utf8)).publicKey == pair.publicKey)
        #expect(Hex.encode(pair.publicKey.der) == ForeignKeys.p256DER)
        #expect(pair.publicKey.pem == ForeignKeys.p256Public)
        #expect(String(decoding: try pair.pkcs8PEM().reveal(), as: UTF8.self) == ForeignKeys.p256PKCS8)
    }

    @Test func aKeyIsTheSameHoweverItIsWritten() throws {
        let key = try P256PublicKey(ForeignKeys.p256Public)
        let lines = ForeignKeys.p256Public.split(separator: "\n")
        let onOneLine = [lines[0], lines[1...2].joined()[...], lines[3]].joined(separator: "\r\n")
        #expect(try P256PublicKey(onOneLine) == key)
        #expect(try P256PublicKey(ForeignKeys.p256Compressed) == key)
    }

    @Test func newPairsDiffer() throws {
        let pair = try P256KeyPair.generate()
        #expect(try P256KeyPair.generate().publicKey != pair.publicKey)
        #expect(try P256KeyPair(pair.pkcs8PEM()).publicKey == pair.publicKey)
        #expect(try P256PublicKey(pair.publicKey.pem) == pair.publicKey)
        #expect(pair.publicKey.der.count == 91)
        #expect("\(pair)" == "<P-256 key pair>")
    }

    @Test func otherKeysAreRefused() throws {
        #expect(code(ForeignKeys.p384Public) == .unsupportedKey)
        #expect(code(ForeignKeys.p256Explicit) == .unsupportedKey)
        #expect(code(ForeignKeys.pkcs1Public) == .unsupportedKey)
        #expect(code(try RecordedKeys.key("pod").public_pem) == .invalidKey)
        #expect(code(ForeignKeys.p256PKCS8) == .unsupportedKey)
        #expect(code("") == .invalidKey)
        #expect(throws: CryptographyError.self) { try P256KeyPair(SecretBytes(ForeignKeys.p256Public.utf8)) }
    }

    @Test func aPointOffTheCurveIsRefused() throws {
        var lines = ForeignKeys.p256Public.split(separator: "\n").map(String.init)
        lines[2] = String(lines[2].dropLast(8)) + "AAAAAA=="
        #expect(code(lines.joined(separator: "\n")) == .invalidKey)
    }
}
