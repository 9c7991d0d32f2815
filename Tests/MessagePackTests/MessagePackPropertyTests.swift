// SPDX-License-Identifier: Apache-2.0

import MessagePack
import TestSupport
import Testing

/// Properties that hold for all values and all bytes, tried on the same random ones in every run.
struct MessagePackPropertyTests {
    private let limits = MessagePackLimits(allowsExtensions: true)

    private func randomValue(depth: Int = 0, _ random: inout SeededGenerator) -> MessagePackValue {
        switch Int.random(in: 0...(depth < 5 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int(Int64(truncatingIfNeeded: random.next()) >> Int.random(in: 0...63, using: &random))
        case 3: return .uint(random.next() | 1 << 63)
        case 4: return .double(Double.random(in: -1e300...1e300, using: &random))
        case 5: return .string(randomText(&random))
        case 6: return .binary(random.bytes(Int.random(in: 0...300, using: &random)))
        case 7:
            return .ext(Int8.random(in: -128...127, using: &random), random.bytes(.random(in: 0...17, using: &random)))
        case 8:
            return .array(
                (0..<Int.random(in: 0...20, using: &random)).map { _ in randomValue(depth: depth + 1, &random) }
            )
        default:
            let count = Int.random(in: 0...20, using: &random)
            return .map(
                MessagePackMap((0..<count).map { _ in (randomText(&random), randomValue(depth: depth + 1, &random)) })
            )
        }
    }

    private func randomText(_ random: inout SeededGenerator) -> String {
        let alphabet = Array("aé☃😀K\u{212A}")
        return String(
            (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "x" }
        )
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func everyValueComesBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let value = randomValue(&random)
            let bytes = MessagePackEncoder.encode(value)
            let decoded = try MessagePackDecoder.decode(bytes, limits: limits)
            // Compared outside: an expectation reflects its operands, which costs far more than the codec.
            let isSame = decoded == value && MessagePackEncoder.encode(decoded) == bytes
            #expect(isSame, "\(bytes)")
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func everyTruncationIsRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let bytes = MessagePackEncoder.encode(randomValue(&random))
            let cuts =
                bytes.count <= 300
                ? Array(0..<bytes.count) : (0..<60).map { _ in .random(in: 0..<bytes.count, using: &random) }
            let accepted = cuts.filter { refusal(of: Array(bytes[..<$0])) != .truncated }
            #expect(accepted.isEmpty, "\(bytes)")
        }
    }

    /// Damaged bytes are refused, or are another value that can be written again.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func everyBitFlipIsRefusedOrAnotherValue(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let bytes = MessagePackEncoder.encode(randomValue(&random))
            for _ in 0..<30 {
                var damaged = bytes
                damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
                expectStable(damaged)
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func randomBytesNeverCrash(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            expectStable(random.bytes(Int.random(in: 0...64, using: &random)))
        }
    }

    private func refusal(of bytes: [UInt8]) -> MessagePackError.Code? {
        do throws(MessagePackError) {
            _ = try MessagePackDecoder.decode(bytes, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    /// What decodes must encode to bytes that decode and encode to the same bytes.
    private func expectStable(_ bytes: [UInt8]) {
        guard let value = try? MessagePackDecoder.decode(bytes, limits: limits) else { return }
        let encoded = MessagePackEncoder.encode(value)
        let again = (try? MessagePackDecoder.decode(encoded, limits: limits)).map(MessagePackEncoder.encode)
        let isStable = encoded.count <= bytes.count * 2 && again == encoded
        #expect(isStable, "\(bytes)")
    }
}
