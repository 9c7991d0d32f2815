import Foundation
import Zstandard

/// Compresses and unpacks files of weights piece by piece.
enum WeightsFile {
    private static let pieceBytes = 1024 * 1024

    /// Compresses a file into another one.
    static func compress(_ source: URL, to destination: URL) async throws(BitfountError) {
        try await work {
            let size = try UploadContent.file(source).byteCount()
            let input = try FileHandle(forReadingFrom: source)
            let output = try makeFile(destination)
            var compressor = try ZstandardCompressor(contentLength: Int(size))
            while let piece = try input.read(upToCount: pieceBytes), !piece.isEmpty {
                try compressor.write(Array(piece)) { try output.write(contentsOf: $0) }
            }
            try compressor.finish { try output.write(contentsOf: $0) }
        }
    }

    /// Moves a file to its place, unpacked if it is compressed.
    static func place(_ stored: URL, at destination: URL, maximumBytes: Int) async throws(BitfountError) {
        try await work {
            let input = try FileHandle(forReadingFrom: stored)
            let start = try input.read(upToCount: 4) ?? Data()
            guard Zstandard.hasFrameMagic(start) else { return try rename(stored, to: destination) }
            try input.seek(toOffset: 0)
            let unpacked = TemporaryFile(in: destination.deletingLastPathComponent())
            defer { unpacked.remove() }
            let output = try makeFile(unpacked.url)
            var decompressor = try ZstandardDecompressor(maximumBytes: maximumBytes)
            while let piece = try input.read(upToCount: pieceBytes), !piece.isEmpty {
                try decompressor.write(Array(piece)) { try output.write(contentsOf: $0) }
            }
            try decompressor.finish()
            try output.synchronize()
            try rename(unpacked.url, to: destination)
        }
    }

    private static func makeFile(_ url: URL) throws -> FileHandle {
        let path = url.path(percentEncoded: false)
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw BitfountError(.file, "\(path) could not be made") }
        return try FileHandle(forWritingTo: url)
    }

    private static func rename(_ source: URL, to destination: URL) throws {
        let path = destination.path(percentEncoded: false)
        guard Glibc.rename(source.path(percentEncoded: false), path) == 0 else {
            throw BitfountError(.file, "\(path) could not be written: \(String(cString: strerror(errno)))")
        }
    }

    private static func work(_ work: @escaping @Sendable () throws -> Void) async throws(BitfountError) {
        do {
            try await BlockingWork.run(work)
        } catch let error as BitfountError {
            throw error
        } catch let error as ZstandardError {
            let code: BitfountError.Code = error.code == .limitExceeded ? .tooLarge : .malformedResponse
            throw BitfountError(code, error.message, underlying: error)
        } catch {
            throw BitfountError(.file, "The weights could not be read or written", underlying: error)
        }
    }
}
