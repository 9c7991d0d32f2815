// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a file line by line in bounded memory.
final class LineReader {
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Nil if the file can't be opened.
    init?(_ url: URL) {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return nil }
        self.handle = handle
    }

    deinit {
        try? handle.close()
    }

    /// The next line without its newline; nil at the end, or where a line is longer than an entry can be.
    func next() throws -> [UInt8]? {
        while true {
            if let end = buffer[position...].firstIndex(of: 0x0A) {
                defer { position = end + 1 }
                return Array(buffer[position..<end])
            }
            guard !isAtEnd, buffer.count - position <= AuditEntryLimits.lineBytes else { return nil }
            buffer.removeFirst(position)
            position = 0
            let piece = try handle.read(upToCount: 256 << 10) ?? Data()
            isAtEnd = piece.isEmpty
            buffer += piece
        }
    }
}
