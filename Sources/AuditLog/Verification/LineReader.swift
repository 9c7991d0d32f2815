// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles

/// Reads a file line by line in bounded memory.
final class LineReader {
    private let file: ReadableFile
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    /// Nil if the file can't be opened, or isn't one: a pipe would keep the reader waiting.
    init?(_ url: URL) {
        guard let file = try? ReadableFile(url), (try? file.byteCount()) != nil else { return nil }
        self.file = file
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
            let piece = try file.read(256 << 10)
            isAtEnd = piece.isEmpty
            buffer += piece
        }
    }
}
