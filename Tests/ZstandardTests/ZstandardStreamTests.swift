// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing
import Zstandard

struct ZstandardStreamTests {
    private func content(_ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: $0 * $0 >> 7) }
    }

    private func compress(_ content: [UInt8], pieceLength: Int, announcing length: Int? = nil) throws -> [UInt8] {
        var frame: [UInt8] = []
        var compressor = try ZstandardCompressor(contentLength: length ?? content.count)
        for start in stride(from: 0, to: content.count, by: pieceLength) {
            try compressor.write(Array(content[start..<min(start + pieceLength, content.count)])) { frame += $0 }
        }
        try compressor.finish { frame += $0 }
        return frame
    }

    private func decompress(_ frame: [UInt8], pieceLength: Int, maximumBytes: Int = 1 << 24) throws -> [UInt8] {
        var content: [UInt8] = []
        var decompressor = try ZstandardDecompressor(maximumBytes: maximumBytes)
        for start in stride(from: 0, to: frame.count, by: pieceLength) {
            try decompressor.write(Array(frame[start..<min(start + pieceLength, frame.count)])) {
                #expect($0.count <= 128 * 1024)
                content += $0
            }
        }
        try decompressor.finish()
        return content
    }

    @Test(arguments: [0, 1, 1_000, 3_000_000], [1_000, 65_536, 5_000_000])
    func contentComesBackInPieces(length: Int, pieceLength: Int) throws {
        let content = content(length)
        let frame = try compress(content, pieceLength: pieceLength)
        #expect(try decompress(frame, pieceLength: pieceLength) == content)
        // The length is declared, so that the SDKs can read it.
        #expect(try Zstandard.decompress(frame, maximumBytes: length) == content)
    }

    @Test func readsAByteAtATime() throws {
        let content = content(5_000)
        #expect(try decompress(Zstandard.compress(content), pieceLength: 1) == content)
    }

    @Test func aLengthOtherThanAnnouncedFails() throws {
        #expect(throws: ZstandardError.self) { try compress(content(10), pieceLength: 10, announcing: 11) }
        #expect(throws: ZstandardError.self) { try compress(content(10), pieceLength: 10, announcing: 9) }
    }

    @Test func stopsAtTheLimit() throws {
        let frame = try Zstandard.compress([UInt8](repeating: 0, count: 10_000_000))
        let error = #expect(throws: ZstandardError.self) {
            try decompress(frame, pieceLength: 100, maximumBytes: 1_000_000)
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test func refusesAHugeWindow() throws {
        // A frame header that asks for a window of 2 GiB, without a declared length.
        let error = #expect(throws: ZstandardError.self) {
            try decompress([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x09, 0, 0, 0x78], pieceLength: 100)
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test func everyTruncationIsRefused() throws {
        let frame = try Zstandard.compress(content(500))
        for length in 0..<frame.count {
            #expect(throws: ZstandardError.self) { try decompress(Array(frame[..<length]), pieceLength: 64) }
        }
    }

    @Test func otherBytesAreRefused() throws {
        for bytes: [UInt8] in [[0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0], [0x80], [0x28, 0xB5, 0x2F, 0xFC]] {
            let error = #expect(throws: ZstandardError.self) { try decompress(bytes, pieceLength: 1) }
            #expect(error?.code == .notZstandard)
        }
    }
}
