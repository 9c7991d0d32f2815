// SPDX-License-Identifier: Apache-2.0

import Foundation
import Offloading
import SystemFiles
import Zstandard

/// Compresses and unpacks files of weights piece by piece.
enum WeightsFile {
    private static let pieceBytes = 1024 * 1024
    /// A few at a time, so that a stalled disk holds up some and not all.
    private static let queue = WorkQueue(label: "bitfount.weights", width: 4)

    /// Compresses a file into another one.
    static func compress(_ source: URL, to destination: URL) async throws(BitfountError) {
        try await work {
            let size = try UploadContent.file(source).byteCount()
            let input = try FileHandle(forReadingFrom: source)
            let output = try FileHandle(creating: destination)
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
            guard Zstandard.hasFrameMagic(start) else { return try AtomicFile.move(stored, to: destination) }
            try input.seek(toOffset: 0)
            let output = try AtomicFile(destination, in: .anywhere)
            var decompressor = try ZstandardDecompressor(maximumBytes: maximumBytes)
            while let piece = try input.read(upToCount: pieceBytes), !piece.isEmpty {
                try decompressor.write(Array(piece)) { try output.write($0) }
            }
            try decompressor.finish()
            try output.commit(.replace)
        }
    }

    private static func work(_ work: @escaping @Sendable () throws -> Void) async throws(BitfountError) {
        do {
            try await queue.run(work)
        } catch let error as BitfountError {
            throw error
        } catch let error as FileError {
            throw BitfountError(.file, error.description, underlying: error)
        } catch let error as ZstandardError {
            let code: BitfountError.Code = error.code == .limitExceeded ? .tooLarge : .malformedResponse
            throw BitfountError(code, error.message, underlying: error)
        } catch {
            throw BitfountError(.file, "The weights could not be read or written", underlying: error)
        }
    }
}
