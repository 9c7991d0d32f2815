import Foundation

/// Some of the bytes of a file, read piece by piece as they are asked for.
struct FileSlice: AsyncSequence, Sendable {
    typealias Failure = any Error

    let file: URL
    let range: Range<Int64>

    /// How much is read at a time.
    static let pieceBytes = 256 * 1024

    func makeAsyncIterator() -> Iterator {
        Iterator(file: file, offset: range.lowerBound, end: range.upperBound)
    }

    struct Iterator: AsyncIteratorProtocol {
        let file: URL
        var offset: Int64
        let end: Int64
        var opened: OpenFile?

        mutating func next() async throws -> Data? {
            guard offset < end else { return nil }
            let opened = try self.opened ?? OpenFile(file)
            self.opened = opened
            let (start, count) = (offset, Int(Swift.min(Int64(FileSlice.pieceBytes), end - offset)))
            let piece = try await BlockingWork.run { try opened.read(count, at: start) }
            offset += Int64(piece.count)
            return piece
        }
    }

    /// A file that is open for reading until nobody refers to it.
    final class OpenFile: Sendable {
        private let path: String
        private let descriptor: Int32

        init(_ url: URL) throws(BitfountError) {
            path = url.path(percentEncoded: false)
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw failure }
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
        }

        /// At least one byte and at most `count` bytes.
        func read(_ count: Int, at offset: Int64) throws(BitfountError) -> Data {
            var data = Data(count: count)
            let result = data.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(offset)) }
            guard result >= 0 else { throw failure }
            guard result > 0 else { throw BitfountError(.file, "\(path) became shorter during the upload") }
            return data.prefix(result)
        }

        private var failure: BitfountError {
            BitfountError(.file, "\(path) cannot be read: \(String(cString: strerror(errno)))")
        }
    }
}
