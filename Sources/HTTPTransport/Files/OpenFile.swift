import Foundation

/// An open file descriptor, closed with its last reference.
final class OpenFile: Sendable {
    let descriptor: Int32

    /// Opens a file, close-on-exec.
    init(_ url: URL, _ flags: Int32, mode: mode_t = 0) throws(HTTPError) {
        descriptor = url.withUnsafeFileSystemRepresentation { path in
            path.map { open($0, flags | O_CLOEXEC, mode) } ?? -1
        }
        guard descriptor >= 0 else { throw Self.failure("opened", url) }
    }

    deinit {
        close(descriptor)
    }

    /// An error that names the file and what `errno` says.
    static func failure(_ deed: String, _ url: URL) -> HTTPError {
        let number = errno
        let reason = String(cString: strerror(number))
        return HTTPError(
            .file,
            "The file \(url.path) can't be \(deed): \(reason).",
            underlying: POSIXErrorCode(rawValue: number).map { POSIXError($0) }
        )
    }
}
