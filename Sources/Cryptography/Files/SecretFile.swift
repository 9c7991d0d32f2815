import Foundation
import Glibc

/// A file that only the agent's account may read: a private key, a seed, a token.
///
/// Files of the mode 0600 (or less) that belong to the agent's account or to root are read; all others are refused.
/// In systemd's credentials directory a group may read root's files too, because systemd grants access to them
/// by an access list, which shows as group permission.
public struct SecretFile: Sendable {
    /// How long a file may be unless told otherwise, in bytes.
    public static let defaultMaximumBytes = 64 * 1024

    /// Where it is.
    public let url: URL

    private let maximumBytes: Int
    private let credentialsDirectory: URL?

    /// A file that need not exist.
    ///
    /// - Parameters:
    ///   - maximumBytes: the longest content that is read.
    ///   - credentialsDirectory: systemd's; by default what `CREDENTIALS_DIRECTORY` says.
    public init(
        _ url: URL,
        maximumBytes: Int = defaultMaximumBytes,
        credentialsDirectory: URL? = systemCredentialsDirectory
    ) {
        self.url = url
        self.maximumBytes = maximumBytes
        self.credentialsDirectory = credentialsDirectory
    }

    /// Where systemd puts the credentials of this process, if it does.
    public static var systemCredentialsDirectory: URL? {
        ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"].map { URL(filePath: $0) }
    }

    private var path: String { url.path(percentEncoded: false) }

    /// Whether there is a file, readable or not.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileFailed` if that can't be told.
    public func exists() throws(CryptographyError) -> Bool {
        try FilePresence.check(url)
    }

    /// The content.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileMissing`, `fileNotPrivate` or `fileFailed`.
    public func load() throws(CryptographyError) -> SecretBytes {
        // A named pipe must not hold the agent up; it is refused below.
        guard let file = FileDescriptor(adopting: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            throw errno == ENOENT
                ? CryptographyError(code: .fileMissing, message: "There is no file \(path).")
                : failure("could not be opened")
        }
        guard let status = file.status() else { throw failure("could not be examined") }
        try checkPrivacy(of: status)
        // One byte more, to notice that the file is too long or has grown.
        var buffer = [UInt8](repeating: 0, count: maximumBytes + 1)
        defer { buffer.wipe() }
        guard let count = buffer.withUnsafeMutableBytes({ file.read(into: $0) }) else {
            throw failure("could not be read")
        }
        guard count <= maximumBytes else {
            throw CryptographyError(
                code: .fileFailed,
                message: "\(path) is longer than the \(maximumBytes) bytes that are expected there."
            )
        }
        return SecretBytes(buffer.prefix(count))
    }

    /// Writes a new file of the mode 0600, durable when this returns, and makes its directory if need be.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileExists`, `fileNotPrivate` or `fileFailed`.
    public func create(_ content: SecretBytes) throws(CryptographyError) {
        try write(content, existing: .keep)
    }

    /// Writes a file of the mode 0600 in the place of what is there: whoever reads it sees the old content or the new.
    ///
    /// - Throws: ``CryptographyError`` with the code `fileNotPrivate` or `fileFailed`.
    public func replace(_ content: SecretBytes) throws(CryptographyError) {
        try write(content, existing: .replace)
    }

    private func write(_ content: SecretBytes, existing: AtomicFile.Existing) throws(CryptographyError) {
        try content.withUnsafeBytes { content throws(CryptographyError) in
            try AtomicFile(url: url, permissions: 0o600).write(content, existing: existing)
        }
    }

    private func checkPrivacy(of status: stat) throws(CryptographyError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CryptographyError(code: .fileFailed, message: "\(path) is not a regular file.")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw CryptographyError(
                code: .fileNotPrivate,
                message: "\(path) belongs to another account (\(status.st_uid)). "
                    + "Give it to the agent's: chown \(geteuid()) \(path)"
            )
        }
        let forbidden: mode_t = isSystemCredential && status.st_uid == 0 ? 0o037 : 0o077
        guard status.st_mode & forbidden == 0 else {
            throw CryptographyError(
                code: .fileNotPrivate,
                message: "\(path) is open to other accounts (mode \(String(status.st_mode & 0o777, radix: 8))). "
                    + "Close it: chmod 600 \(path)"
            )
        }
    }

    private var isSystemCredential: Bool {
        credentialsDirectory?.standardizedFileURL.path == url.standardizedFileURL.deletingLastPathComponent().path
    }

    private func failure(_ what: String) -> CryptographyError {
        CryptographyError(code: .fileFailed, message: "\(path) \(what).", underlying: SystemError.last)
    }
}
