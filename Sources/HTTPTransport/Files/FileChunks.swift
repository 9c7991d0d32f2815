// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// The bytes of a file, or some of them, as an asynchronous sequence, between two pieces that are in memory.
///
/// The sequence ends early if the file does.
public struct FileChunks: AsyncSequence, Sendable {
    /// A sequence fails with an ``HTTPError`` of the code `file`.
    public typealias Failure = any Error

    /// How much is read at a time.
    static let chunkBytes = 256 * 1_024

    private let prefix: Data
    private let file: URL
    private let range: Range<Int64>
    private let suffix: Data

    /// The bytes in a range of a file.
    public init(file: URL, range: Range<Int64> = 0..<Int64.max) {
        self.init(prefix: Data(), file: file, range: range, suffix: Data())
    }

    init(prefix: Data, file: URL, range: Range<Int64> = 0..<Int64.max, suffix: Data) {
        self.prefix = prefix
        self.file = file
        self.range = range
        self.suffix = suffix
    }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(pieces: [.bytes(prefix), .file(FileReader(file), range), .bytes(suffix)])
    }

    /// Reads one piece after another.
    public struct Iterator: AsyncIteratorProtocol {
        enum Piece {
            case bytes(Data)
            case file(FileReader, Range<Int64>)
        }

        var pieces: [Piece]

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> Data? {
            while let piece = pieces.first {
                pieces.removeFirst()
                switch piece {
                case .bytes(let data):
                    if !data.isEmpty { return data }
                case .file(let reader, let range):
                    let count = Int(Swift.min(Int64(FileChunks.chunkBytes), Int64(range.count)))
                    let data = try await reader.read(count, at: range.lowerBound)
                    guard !data.isEmpty else { continue }
                    let rest = range.dropFirst(data.count)
                    if !rest.isEmpty { pieces.insert(.file(reader, rest), at: 0) }
                    return data
                }
            }
            return nil
        }
    }
}
