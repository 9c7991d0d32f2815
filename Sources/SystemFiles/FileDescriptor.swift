// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// An open file, closed when the value ends. All calls may block.
public struct FileDescriptor: ~Copyable, Sendable {
    /// What the system calls the file.
    public let number: Int32

    /// Takes over what a call such as `open` returned; `nil` if it failed.
    public init?(adopting number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    /// Opens a file, close-on-exec.
    ///
    /// - Parameters:
    ///   - flags: as `open` takes them, such as `O_RDONLY`.
    ///   - permissions: what a new file gets, less the umask.
    /// - Throws: ``FileError`` with the code `missing` or `failed`.
    public init(_ url: URL, _ flags: Int32, permissions: mode_t = 0o600) throws(FileError) {
        let path = url.path(percentEncoded: false)
        let number = open(path, flags | O_CLOEXEC, permissions)
        guard number >= 0 else { throw FileError(path, cannotBe: "opened") }
        self.number = number
    }

    /// Opens a directory, so that names in it can be made durable with ``synchronize()``.
    ///
    /// - Throws: ``FileError`` with the code `missing` or `failed`.
    public init(directory url: URL) throws(FileError) {
        try self.init(url, O_RDONLY | O_DIRECTORY)
    }

    deinit {
        close(number)
    }

    /// Kind, owner, permissions and size; `nil` on failure.
    public func status() -> stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }

    /// Reads until the buffer is full or the file ends, and returns how much was read; `nil` on failure.
    ///
    /// - Parameter offset: where to begin; `nil` for where the last call ended.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64? = nil) -> Int? {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let rest = buffer.count - filled
            let count =
                offset.map { pread(number, start + filled, rest, off_t($0 + Int64(filled))) }
                ?? Glibc.read(number, start + filled, rest)
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                return nil
            }
        }
        return filled
    }

    /// Writes all bytes; `false` on failure.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var written = 0
        while written < bytes.count, let start = bytes.baseAddress {
            let count = Glibc.write(number, start + written, bytes.count - written)
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Waits until everything is on the disk; `false` on failure.
    public func synchronize() -> Bool {
        fsync(number) == 0
    }
}
