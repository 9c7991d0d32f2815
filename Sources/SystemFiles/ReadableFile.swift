// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// A file that is open for reading until nobody refers to it. All calls may block.
public final class ReadableFile: Sendable {
    private let path: String
    private let descriptor: FileDescriptor

    /// Opens a file; a named pipe in its place can't hang the call.
    ///
    /// - Throws: ``FileError`` with the code `missing` or `failed`.
    public init(_ url: URL) throws(FileError) {
        path = url.path(percentEncoded: false)
        descriptor = try FileDescriptor(url, O_RDONLY | O_NONBLOCK)
    }

    /// The size in bytes of a regular file.
    ///
    /// - Throws: ``FileError`` with the code `failed`, also if it is anything else than a regular file.
    public func byteCount() throws(FileError) -> Int64 {
        guard let status = descriptor.status() else { throw FileError(path, cannotBe: "examined") }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw FileError(.failed, "\(path) is a directory, not a file")
        default: throw FileError(.failed, "\(path) isn't a regular file")
        }
        return Int64(status.st_size)
    }

    /// The next bytes, `count` of them unless the file ends before; empty at the end.
    ///
    /// - Parameter offset: where to begin; `nil` for where the last call ended.
    /// - Throws: ``FileError`` with the code `failed`.
    public func read(_ count: Int, at offset: Int64? = nil) throws(FileError) -> Data {
        // Not cleared before it is filled, which would be another pass over a large file.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        guard let start = bytes.baseAddress, let result = descriptor.read(into: bytes, at: offset) else {
            let error = FileError(path, cannotBe: "read")
            bytes.deallocate()
            throw error
        }
        return Data(bytesNoCopy: start, count: result, deallocator: .custom { start, _ in start.deallocate() })
    }
}
