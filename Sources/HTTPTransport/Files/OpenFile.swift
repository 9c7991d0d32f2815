import Foundation

/// An open file, closed with its last reference. All calls may block.
final class OpenFile: Sendable {
    private let descriptor: Int32
    private let url: URL

    /// Opens a file, close-on-exec.
    init(_ url: URL, _ flags: Int32, mode: mode_t = 0) throws(HTTPError) {
        self.url = url
        descriptor = url.withUnsafeFileSystemRepresentation { path in
            path.map { open($0, flags | O_CLOEXEC, mode) } ?? -1
        }
        guard descriptor >= 0 else { throw Self.failure("opened", url) }
    }

    deinit {
        close(descriptor)
    }

    /// The size in bytes of a regular file.
    func size() throws(HTTPError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure("examined", url) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw HTTPError(.file, "\(url.path) isn't a regular file.") }
        return Int64(status.st_size)
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(_ count: Int) throws(HTTPError) -> Data {
        // Not cleared before it is filled, which would be another pass over a large file.
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 1)
        while true {
            let result = Glibc.read(descriptor, bytes, count)
            if result >= 0 {
                return Data(bytesNoCopy: bytes, count: result, deallocator: .custom { bytes, _ in bytes.deallocate() })
            }
            guard errno == EINTR else {
                defer { bytes.deallocate() }
                throw Self.failure("read", url)
            }
        }
    }

    /// Writes all bytes.
    func write(_ data: Data) throws(HTTPError) {
        var rest = data
        while !rest.isEmpty {
            let result = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if result >= 0 {
                rest = rest.dropFirst(result)
            } else if errno != EINTR {
                throw Self.failure("written", url)
            }
        }
    }

    /// Waits until everything is on the disk.
    func synchronize() throws(HTTPError) {
        guard fsync(descriptor) == 0 else { throw Self.failure("written", url) }
    }

    /// An error that names the file and what `errno` says.
    static func failure(_ deed: String, _ url: URL) -> HTTPError {
        let number = errno
        return HTTPError(
            .file,
            "\(url.path) can't be \(deed): \(String(cString: strerror(number))).",
            underlying: POSIXErrorCode(rawValue: number).map { POSIXError($0) }
        )
    }
}
