// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack
import TestSupport
import Testing
import Zstandard

struct GenerationPackingTests {
    private let value: MessagePackValue = ["a": 1, "b": [1.5, "two", .null]]

    @Test(arguments: Generation.allCases)
    func packedValuesComeBack(generation: Generation) throws {
        let packed = try generation.pack(value)
        #expect(Generation(of: packed) == generation)
        #expect(try generation.unpack(packed, limits: .taskMessage, part: .message) == value)
    }

    @Test
    func aBombIsRefusedBySizeAndNotByItsHeader() throws {
        let bomb = try Zstandard.compress(MessagePackEncoder.encode(.binary([UInt8](repeating: 0, count: 4 << 20))))
        #expect(bomb.count < 4_096)
        #expect(throws: TaskFormatError(.notUnpackable, in: .outerRequest)) {
            try Generation.g2.unpack(bomb, limits: .taskMessage, part: .outerRequest)
        }
    }

    @Test
    func theNumberOfValuesIsLimited() throws {
        let packed = try Generation.g1.pack(.array(Array(repeating: 0, count: 10_000)))
        #expect(throws: TaskFormatError(.notUnpackable, in: .message)) {
            try Generation.g1.unpack(packed, limits: .taskMessage, part: .message)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func randomBytesAreReadOrRefused(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = random.bytes(.random(in: 0...200, using: &random))
            if Bool.random(using: &random) { bytes = [0x28, 0xB5, 0x2F, 0xFD] + bytes }
            let generation = Generation(of: bytes)
            do {
                let value = try generation.unpack(bytes, limits: .taskMessage, part: .message)
                #expect(try generation.unpack(generation.pack(value), limits: .taskMessage, part: .message) == value)
            } catch {
                #expect(error.code == .notUnpackable)
            }
        }
    }
}
