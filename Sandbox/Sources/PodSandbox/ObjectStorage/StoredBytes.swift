// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore

/// The bytes of an object: in memory while they are few, in a file when they are many.
enum StoredBytes: Sendable {
    case memory(ByteBuffer)
    case file(URL, size: Int)

    var count: Int {
        switch self {
        case .memory(let buffer): buffer.readableBytes
        case .file(_, let size): size
        }
    }

    /// Removes the file, if there is one.
    func discard() {
        if case .file(let url, _) = self { try? FileManager.default.removeItem(at: url) }
    }

    /// Calls `body` with the bytes in `range`, piece by piece.
    func forEachPiece(in range: Range<Int>, _ body: (ByteBuffer) async throws -> Void) async throws {
        switch self {
        case .memory(let buffer):
            guard let slice = buffer.getSlice(at: buffer.readerIndex + range.lowerBound, length: range.count) else {
                return
            }
            try await body(slice)
        case .file(let url, _):
            let file = try FileHandle(forReadingFrom: url)
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(range.lowerBound))
            var left = range.count
            while left > 0, let piece = try file.read(upToCount: min(left, 256 << 10)), !piece.isEmpty {
                left -= piece.count
                try await body(ByteBuffer(bytes: piece))
            }
        }
    }
}
