import Foundation

/// A file's bytes as an asynchronous sequence, between two pieces that are in memory.
struct FileChunks: AsyncSequence, Sendable {
    typealias Failure = any Error

    /// How much is read at a time.
    static let chunkBytes = 256 * 1_024

    var prefix = Data()
    let file: URL
    var suffix = Data()

    func makeAsyncIterator() -> Iterator {
        Iterator(pieces: [.bytes(prefix), .file(FileReader(file)), .bytes(suffix)])
    }

    struct Iterator: AsyncIteratorProtocol {
        enum Piece {
            case bytes(Data)
            case file(FileReader)
        }

        var pieces: [Piece]

        mutating func next() async throws -> Data? {
            while let piece = pieces.first {
                switch piece {
                case .bytes(let data):
                    pieces.removeFirst()
                    if !data.isEmpty { return data }
                case .file(let reader):
                    let data = try await reader.read(FileChunks.chunkBytes)
                    if !data.isEmpty { return data }
                    pieces.removeFirst()
                }
            }
            return nil
        }
    }
}
