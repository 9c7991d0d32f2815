// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Zstandard

struct ZstandardTests {
    private func code(_ bytes: [UInt8], maximumBytes: Int = 1 << 20) -> ZstandardError.Code? {
        do {
            _ = try Zstandard.decompress(bytes, maximumBytes: maximumBytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [0, 1, 255, 256, 1_000, 65_536, 131_073, 1_000_000])
    func contentComesBack(length: Int) throws {
        var random = SeededGenerator(seed: UInt64(length))
        for content in [random.bytes(length), [UInt8](repeating: 7, count: length)] {
            let frame = try Zstandard.compress(content)
            #expect(Zstandard.hasFrameMagic(frame))
            #expect(try Zstandard.decompress(frame, maximumBytes: length) == content)
        }
    }

    @Test func contentLongerThanAllowedIsRefused() throws {
        let frame = try Zstandard.compress([UInt8](repeating: 0, count: 1_000))
        #expect(code(frame, maximumBytes: 1_000) == nil)
        #expect(code(frame, maximumBytes: 999) == .limitExceeded)
        #expect(code(frame, maximumBytes: -1) == .limitExceeded)
    }

    @Test func bytesAfterTheFrameAreIgnored() throws {
        let content: [UInt8] = [1, 2, 3]
        let frame = try Zstandard.compress(content)
        #expect(try Zstandard.decompress(frame + [0xFF], maximumBytes: 100) == content)
        #expect(try Zstandard.decompress(frame + frame, maximumBytes: 100) == content)
    }

    @Test func aPromiseThatTheFrameCannotKeepIsRefusedBeforeMemoryIsTaken() throws {
        // A frame header that declares 1 TiB, followed by one raw block of one byte.
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 1, 0, 0, 0x09, 0, 0, 0x78]
        #expect(code(frame, maximumBytes: .max) == .damaged)
    }

    @Test func skippableFramesAreRefused() throws {
        let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 0xFF]
        #expect(code(skippable) == .notZstandard)
        #expect(code(try skippable + Zstandard.compress([1])) == .notZstandard)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func everyTruncationIsRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let frame = try Zstandard.compress(random.bytes(200) + [UInt8](repeating: 1, count: 300))
        for length in 0..<frame.count {
            #expect(code(Array(frame[..<length])) != nil)
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func damagedFramesNeverCrashOrExceedTheLimit(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) }
        let frame = try Zstandard.compress(text)
        for _ in 0..<2_000 {
            var damaged = frame
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 4..<frame.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let content = try? Zstandard.decompress(damaged, maximumBytes: 4_000) {
                #expect(content.count <= 4_000)
            }
        }
    }
}
