// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import TestSupport
import Testing

struct SessionKeyTests {
    struct Message: Decodable, Sendable {
        let name: String
        let sdk: String
        let aes_key_b64: Data
        let body_b64: Data
        let msgpack_b64: Data?
    }
    struct Messages: Decodable {
        let cases: [Message]
        let refused: [Message]
    }

    private static let messages = Result { try Fixtures.json("bitfount/messages.json", as: Messages.self) }

    @Test(arguments: try messages.get().cases)
    func opensTheMessagesOfTheSDKs(message: Message) throws {
        let key = try SessionKey(bytes: message.aes_key_b64)
        let plaintext = try key.open(Array(message.body_b64))
        if message.sdk == "1.0.6" {
            #expect(Data(plaintext) == message.msgpack_b64)
        } else {
            #expect(plaintext.starts(with: [0x28, 0xB5, 0x2F, 0xFD]))
        }
    }

    @Test(arguments: try messages.get().refused)
    func refusesWhatWasChanged(message: Message) throws {
        let key = try SessionKey(bytes: message.aes_key_b64)
        let error = #expect(throws: CryptographyError.self) { try key.open(Array(message.body_b64)) }
        #expect(error?.code == .decryptionFailed)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1_000_000])
    func messagesComeBack(length: Int) throws {
        let key = try SessionKey.random()
        let plaintext = [UInt8](repeating: 0x5A, count: length)
        let sealed = try key.seal(plaintext)
        #expect(sealed.count == length + 28)
        #expect(try key.open(sealed) == plaintext)
        #expect(try SessionKey(bytes: key.reveal()).open(sealed) == plaintext)
        #expect(try key.seal(plaintext) != sealed)
    }

    @Test func everyBitCounts() throws {
        let key = try SessionKey.random()
        let sealed = try key.seal([1, 2, 3, 4])
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: CryptographyError.self) { try key.open(changed) }
        }
        for length in 0..<sealed.count {
            #expect(throws: CryptographyError.self) { try key.open(Array(sealed[..<length])) }
        }
    }

    @Test func hasExactly32Bytes() throws {
        for length in [0, 16, 24, 31, 33] {
            let error = #expect(throws: CryptographyError.self) {
                try SessionKey(bytes: [UInt8](repeating: 0, count: length))
            }
            #expect(error?.code == .invalidLength)
        }
    }

    @Test func isNotPrinted() throws {
        let key = try SessionKey(bytes: [UInt8](repeating: 0x41, count: 32))
        var dumped = "\(key) \(String(reflecting: key))"
        dump(key, to: &dumped)
        #expect(!dumped.contains("65"))
        #expect(!dumped.contains("AAAA"))
    }
}
