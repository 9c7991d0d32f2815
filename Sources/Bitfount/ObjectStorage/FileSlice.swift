import Foundation

/// Some of the bytes of a file, read piece by piece as they are asked for.
struct FileSlice: AsyncSequence, Sendable {
    typealias Failure = any Error

    let file: URL
    let range: Range<Int64>

    /// How much is read at a time.
    static let pieceBytes = 256 * 1024

    func makeAsyncIterator() -> Iterator {
        Iterator(file: file, next: range.lowerBound, end: range.upperBound)
    }

    struct Iterator: AsyncIteratorProtocol {
        let file: URL
        var next: Int64
        let end: Int64
        var handle: FileHandle?

        mutating func next() async throws -> Data? {
            guard next < end else { return nil }
            if handle == nil {
                handle = try FileHandle(forReadingFrom: file)
                try handle?.seek(toOffset: UInt64(next))
            }
            let wanted = Int(Swift.min(Int64(FileSlice.pieceBytes), end - next))
            guard let piece = try handle?.read(upToCount: wanted), !piece.isEmpty else {
                throw BitfountError(.file, "\(file.path(percentEncoded: false)) became shorter during the upload")
            }
            next += Int64(piece.count)
            return piece
        }
    }
}
