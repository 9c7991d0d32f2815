// SPDX-License-Identifier: Apache-2.0

import MessagePack
import Testing

struct MessagePackDecoderTests {
    private func code(_ bytes: [UInt8], _ limits: MessagePackLimits = MessagePackLimits()) -> MessagePackError.Code? {
        do {
            _ = try MessagePackDecoder.decode(bytes, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    private func nested(_ depth: Int) -> [UInt8] {
        [UInt8](repeating: 0x91, count: depth) + [0xC0]
    }

    @Test func acceptsLongerFormsThanNeeded() throws {
        #expect(try MessagePackDecoder.decode([0xD3, 0, 0, 0, 0, 0, 0, 0, 5]) == 5)
        #expect(try MessagePackDecoder.decode([0xCF, 0, 0, 0, 0, 0, 0, 0, 5]) == 5)
        #expect(try MessagePackDecoder.decode([0xDB, 0, 0, 0, 1, 0x61]) == "a")
        #expect(try MessagePackDecoder.decode([0xDF, 0, 0, 0, 1, 0xD9, 1, 0x61, 0xC3]) == ["a": true])
        #expect(try MessagePackDecoder.decode([0xDD, 0, 0, 0, 1, 0xC6, 0, 0, 0, 1, 7]) == [.binary([7])])
    }

    @Test func readsSinglePrecision() throws {
        #expect(try MessagePackDecoder.decode([0xCA, 0x3F, 0xC0, 0, 0]) == 1.5)
    }

    @Test func keepsTheSignOfZero() throws {
        let value = try MessagePackDecoder.decode(MessagePackEncoder.encode(-0.0))
        #expect(value.doubleValue?.sign == .minus)
    }

    @Test func refusesKeysThatAreNotText() {
        #expect(code([0x81, 0x01, 0xC0]) == .keyNotText)
        #expect(code([0x81, 0xC4, 0x01, 0x61, 0xC0]) == .keyNotText)
        #expect(code([0x81, 0x80, 0xC0]) == .keyNotText)
    }

    @Test func refusesAKeyThatOccursTwice() {
        #expect(code([0x82, 0xA1, 0x61, 0x01, 0xA1, 0x61, 0x02]) == .duplicateKey)
        // The same text in a longer form is the same key.
        #expect(code([0x82, 0xA1, 0x61, 0x01, 0xD9, 0x01, 0x61, 0x02]) == .duplicateKey)
    }

    @Test func tellsCanonicallyEquivalentKeysApart() throws {
        // "K" and the Kelvin sign, which Swift's String holds for equal.
        let map = try MessagePackDecoder.decode([0x82, 0xA1, 0x4B, 0x01, 0xA3, 0xE2, 0x84, 0xAA, 0x02]).mapValue
        #expect(map?["K"] == 1)
        #expect(map?["\u{212A}"] == 2)
        #expect(MessagePackValue.string("K") != .string("\u{212A}"))
    }

    @Test func refusesSurrogatesAndOverlongText() {
        #expect(code([0xA3, 0xED, 0xA0, 0x80]) == .invalidText)
        #expect(code([0xA2, 0xC0, 0x80]) == .invalidText)
    }

    @Test func nestsAsDeepAsAllowed() {
        #expect(code(nested(32)) == nil)
        #expect(code(nested(33)) == .limitExceeded)
        #expect(code(nested(3), MessagePackLimits(maximumDepth: 2)) == .limitExceeded)
        #expect(code([0xC0], MessagePackLimits(maximumDepth: 0)) == nil)
    }

    @Test func noConfigurationAllowsUnboundedNesting() {
        let limits = MessagePackLimits(maximumDepth: .max)
        #expect(code(nested(MessagePackLimits.deepestNesting), limits) == nil)
        #expect(code(nested(MessagePackLimits.deepestNesting + 1), limits) == .limitExceeded)
        #expect(code(nested(1_000_000), limits) == .limitExceeded)
    }

    @Test func boundsTheBytes() {
        let limits = MessagePackLimits(maximumBytes: 3)
        #expect(code([0xA2, 0x61, 0x61], limits) == nil)
        #expect(code([0xA3, 0x61, 0x61, 0x61], limits) == .limitExceeded)
    }

    @Test func countsElementsOfAllLevels() {
        // The array, its two elements, and the key and value of each of the two maps: 7 values.
        let bytes = MessagePackEncoder.encode([["a": 1], ["b": 2]])
        #expect(code(bytes, MessagePackLimits(maximumElements: 7)) == nil)
        #expect(code(bytes, MessagePackLimits(maximumElements: 6)) == .limitExceeded)
    }

    @Test func extensionsAreRefusedUnlessAllowed() throws {
        let bytes: [UInt8] = [0xD4, 0x01, 0x2A]
        #expect(code(bytes) == .extensionRefused)
        let limits = MessagePackLimits(allowsExtensions: true)
        #expect(try MessagePackDecoder.decode(bytes, limits: limits) == .ext(1, [0x2A]))
        // A timestamp is an extension too.
        #expect(try MessagePackDecoder.decode([0xD6, 0xFF, 0, 0, 0, 1], limits: limits) == .ext(-1, [0, 0, 0, 1]))
    }

    @Test func errorsNameThePlaceButNoContent() {
        let error = #expect(throws: MessagePackError.self) {
            try MessagePackDecoder.decode(
                [0x82, 0xA6] + Array("secret".utf8) + [0x01, 0xA6] + Array("secret".utf8) + [0x02]
            )
        }
        #expect(error?.offset == 9)
        #expect(error?.description == "A map has the same key twice. (duplicate-key at byte 9)")
    }
}
