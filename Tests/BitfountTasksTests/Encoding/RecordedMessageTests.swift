// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import MessagePack
import TestSupport
import Testing

/// Message bodies as the SDKs seal them.
struct RecordedMessageTests {
    private static let holdsExtension = "results with an extension type"

    private func cipher(_ recorded: RecordedCase) throws -> TaskMessageCipher {
        TaskMessageCipher(
            key: try SessionKey(bytes: recorded.bytes("aes_key_b64")),
            generation: try recorded.generation
        )
    }

    @Test(arguments: try RecordedCase.all("messages.json", "cases").filter { try $0.name != holdsExtension })
    func opensToTheRecordedValue(recorded: RecordedCase) throws {
        let cipher = try cipher(recorded)
        let value = try cipher.open(recorded.bytes("body_b64"))
        #expect(value == recorded.fields["value"])
        #expect(MessagePackEncoder.encode(value) == (try recorded.bytes("msgpack_b64")))
        #expect(try cipher.open(cipher.seal(value)) == value)
    }

    @Test(arguments: try RecordedCase.all("messages.json", "cases"))
    func hasTheRecordedType(recorded: RecordedCase) throws {
        let number = try #require(recorded.fields["type_number"]?.intValue)
        #expect(MessageType(rawValue: Int32(number)).description == (try recorded.text("type")))
    }

    /// Only results hold extension types, and a gatekeeper reads none.
    @Test(arguments: try RecordedCase.all("messages.json", "cases").filter { try $0.name == holdsExtension })
    func refusesExtensionTypes(recorded: RecordedCase) throws {
        #expect(throws: TaskFormatError(.notUnpackable, in: .message)) {
            try cipher(recorded).open(recorded.bytes("body_b64"))
        }
    }

    @Test(arguments: try RecordedCase.all("messages.json", "refused"))
    func refusesWhatTheSDKRefuses(recorded: RecordedCase) throws {
        #expect(throws: TaskFormatError(.undecryptable, in: .message)) {
            try cipher(recorded).open(recorded.bytes("body_b64"))
        }
    }

    @Test(arguments: try RecordedCase.all("messages.json", "cases").filter { try $0.name == "accept" })
    func refusesTheOtherGeneration(recorded: RecordedCase) throws {
        let other = try recorded.generation == .g1 ? Generation.g2 : .g1
        let cipher = TaskMessageCipher(key: try SessionKey(bytes: recorded.bytes("aes_key_b64")), generation: other)
        #expect(throws: TaskFormatError(.mixedGenerations, in: .message)) {
            try cipher.open(recorded.bytes("body_b64"))
        }
    }

    @Test(arguments: try RecordedCase.all("messages.json", "cases").filter { try $0.name == "accept" })
    func refusesEveryTruncationAndEveryChangedBit(recorded: RecordedCase) throws {
        let cipher = try cipher(recorded)
        let body = try recorded.bytes("body_b64")
        for count in 0..<body.count {
            #expect(throws: TaskFormatError.self) { try cipher.open(Array(body[..<count])) }
        }
        for bit in 0..<body.count * 8 {
            var changed = body
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: TaskFormatError.self) { try cipher.open(changed) }
        }
    }

    @Test
    func refusesABodyOverTheLimitBeforeItIsDecrypted() throws {
        let cipher = TaskMessageCipher(key: try SessionKey(bytes: Array(repeating: 7, count: 32)), generation: .g1)
        let body = try cipher.seal(.binary(Array(repeating: 0, count: 2_000)))
        var limits = PackingLimits.taskMessage
        limits.maximumPackedBytes = 1_000
        #expect(throws: TaskFormatError(.tooLarge, in: .message)) { try cipher.open(body, limits: limits) }
    }
}
