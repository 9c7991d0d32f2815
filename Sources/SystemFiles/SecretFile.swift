// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// A file that only the agent's account may read: a private key, a seed, a token.
///
/// Files of the mode 0600 (or less) that belong to the agent's account or to root are read; all others are refused. Root
/// also reads what an account has in a directory of its own, so that its commands work beside the agent's account.
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

    /// Lends the content, which is wiped from memory afterwards.
    ///
    /// - Throws: ``FileError`` with the code `missing`, `notPrivate` or `failed`.
    public func read<Output>(_ body: (UnsafeRawBufferPointer) -> Output) throws(FileError) -> Output {
        // A named pipe must not hold the agent up; it is refused below.
        guard let file = FileDescriptor(adopting: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            guard errno == ENOENT else { throw FileError(path, cannotBe: "opened") }
            throw FileError(.missing, "There is no file \(path)")
        }
        guard let status = file.status() else { throw FileError(path, cannotBe: "examined") }
        try checkPrivacy(of: status)
        // One byte more, to notice that the file is too long or has grown.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: maximumBytes + 1, alignment: 1)
        defer {
            if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
            buffer.deallocate()
        }
        guard let count = file.read(into: buffer) else { throw FileError(path, cannotBe: "read") }
        guard count <= maximumBytes else {
            throw FileError(.failed, "\(path) is longer than the \(maximumBytes) bytes that are expected there")
        }
        return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// Writes a new file of the mode 0600, durable when this returns, and makes its directory if need be.
    ///
    /// - Throws: ``FileError`` with the code `exists`, `notPrivate` or `failed`.
    public func create(_ content: some ContiguousBytes) throws(FileError) {
        try AtomicFile.write(content, to: url, existing: .keep)
    }

    /// Writes a file of the mode 0600 in the place of what is there: whoever reads it sees the old content or the new.
    ///
    /// - Throws: ``FileError`` with the code `notPrivate` or `failed`.
    public func replace(_ content: some ContiguousBytes) throws(FileError) {
        try AtomicFile.write(content, to: url, existing: .replace)
    }

    private func checkPrivacy(of status: stat) throws(FileError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.failed, "\(path) is not a regular file")
        }
        guard FileOwner.isTrusted(status.st_uid, in: url.deletingLastPathComponent()) else {
            throw FileError(
                .notPrivate,
                "\(path) belongs to another account (\(FileOwner.name(status.st_uid))). "
                    + "Run this as that account; or give the file to this one: chown \(geteuid()) \(path)"
            )
        }
        let forbidden: mode_t = isSystemCredential && status.st_uid == 0 ? 0o037 : 0o077
        guard status.st_mode & forbidden == 0 else {
            throw FileError(
                .notPrivate,
                "\(path) is open to other accounts (mode \(String(status.st_mode & 0o777, radix: 8))). "
                    + "Close it: chmod 600 \(path)"
            )
        }
    }

    private var isSystemCredential: Bool {
        credentialsDirectory?.standardizedFileURL.path == url.standardizedFileURL.deletingLastPathComponent().path
    }
}
