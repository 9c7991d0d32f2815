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

    /// Refuses a file that another account than root's and this process's own owns or can write, or whose directory lets
    /// others put another one in its place.
    ///
    /// - Throws: ``FileError`` with the code `notPrivate` or `failed`.
    public func refuseWritableByOthers() throws(FileError) {
        guard let status = descriptor.status() else { throw FileError(path, cannotBe: "examined") }
        guard Self.isOurs(status), status.st_mode & 0o022 == 0 else {
            throw FileError(
                .notPrivate,
                "Other accounts can write to \(path). Make it yours alone: chown \(geteuid()) \(path); chmod go-w \(path)"
            )
        }
        let parent = URL(filePath: path).deletingLastPathComponent()
        let directory = try FileDescriptor(directory: parent)
        guard let status = directory.status() else { throw FileError(parent.path, cannotBe: "examined") }
        // In a directory such as /tmp everybody can make files, but not replace those of others.
        let isSticky = status.st_mode & S_ISVTX != 0
        guard Self.isOurs(status), status.st_mode & 0o022 == 0 || isSticky else {
            throw FileError(
                .notPrivate,
                "Other accounts can replace \(path). Make its directory yours alone: chmod go-w \(parent.path)"
            )
        }
    }

    private static func isOurs(_ status: stat) -> Bool { status.st_uid == geteuid() || status.st_uid == 0 }

    /// The whole content as UTF-8.
    ///
    /// - Throws: ``FileError`` with the code `failed`, also if it is longer or no text.
    public func text(atMost maximumBytes: Int) throws(FileError) -> String {
        let size = try byteCount()
        guard size <= maximumBytes, let text = String(validating: try read(maximumBytes + 1, at: 0), as: UTF8.self),
            text.utf8.count <= maximumBytes
        else { throw FileError(.failed, "\(path) is no text of at most \(maximumBytes) bytes") }
        return text
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
