// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// A file whose name never stands for less than the whole content, even if power fails.
///
/// The content goes to a hidden file beside it, which takes the name only after it is on the disk. What is not
/// committed is removed with the last reference.
public final class AtomicFile: Sendable {
    /// What happens to a file that has the name already.
    public enum Existing: Sendable {
        /// It stays, and the new one is refused.
        case keep
        /// The new one takes its place.
        case replace
    }

    /// Which directories are good enough.
    public enum Location: Sendable {
        /// The directory is made, with mode 0700, if it is missing, and refused if other accounts could put files into it. What
        /// root puts into a private directory of another account belongs to that account.
        case ours
        /// Any directory that is there.
        case anywhere
    }

    private let url: URL
    private let directory: FileDescriptor
    private let temporaryName: String
    private let file: FileDescriptor

    private var path: String { url.path(percentEncoded: false) }

    /// Makes the hidden file.
    ///
    /// - Parameters:
    ///   - url: the file that there will be.
    ///   - permissions: its permissions, whatever the umask.
    /// - Throws: ``FileError`` with the code `missing`, `notPrivate` or `failed`.
    public init(_ url: URL, permissions: mode_t = 0o600, in location: Location = .ours) throws(FileError) {
        self.url = url
        directory = try Self.directory(of: url, location)
        temporaryName = ".\(url.lastPathComponent).\(String(UInt64.random(in: .min ... .max), radix: 16)).partial"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let file = FileDescriptor(adopting: openat(directory.number, temporaryName, flags, permissions)) else {
            throw FileError(url.path(percentEncoded: false), cannotBe: "made")
        }
        self.file = file
        // The process's umask may have taken permissions away.
        guard fchmod(self.file.number, permissions) == 0 else { throw failure("written") }
        guard location == .anywhere || FileOwner.inherit(self.file, from: directory) else { throw failure("given away") }
    }

    deinit {
        discard()
    }

    /// Removes the hidden file at once. After a commit nothing is left of it, and this changes nothing.
    public func discard() {
        unlinkat(directory.number, temporaryName, 0)
    }

    /// Appends bytes.
    ///
    /// - Throws: ``FileError`` with the code `failed`.
    public func write(_ bytes: some ContiguousBytes) throws(FileError) {
        guard bytes.withUnsafeBytes({ file.write($0) }) else { throw failure("written") }
    }

    /// Gives the file its name; it is durable when this returns. Call it once, last.
    ///
    /// - Throws: ``FileError`` with the code `exists` or `failed`.
    public func commit(_ existing: Existing) throws(FileError) {
        guard file.synchronize() else { throw failure("written") }
        let name = url.lastPathComponent
        switch existing {
        case .replace:
            guard renameat(directory.number, temporaryName, directory.number, name) == 0 else {
                throw failure("put in place")
            }
        case .keep:
            // Unlike a rename, a link never takes the place of another file.
            guard linkat(directory.number, temporaryName, directory.number, name, 0) == 0 else {
                guard errno == EEXIST else { throw failure("put in place") }
                throw FileError(.exists, "\(path) exists already and was not overwritten")
            }
        }
        guard directory.synchronize() else { throw failure("made durable") }
    }

    /// Writes a whole file.
    ///
    /// - Throws: ``FileError`` with the code `missing`, `exists`, `notPrivate` or `failed`.
    public static func write(
        _ content: some ContiguousBytes,
        to url: URL,
        permissions: mode_t = 0o600,
        in location: Location = .ours,
        existing: Existing
    ) throws(FileError) {
        let file = try AtomicFile(url, permissions: permissions, in: location)
        try file.write(content)
        try file.commit(existing)
    }

    /// Gives a file that is on the disk another name in the same file system, in the place of what has it; durable when this
    /// returns.
    ///
    /// - Throws: ``FileError`` with the code `missing` or `failed`.
    public static func move(_ source: URL, to destination: URL) throws(FileError) {
        let path = destination.path(percentEncoded: false)
        guard rename(source.path(percentEncoded: false), path) == 0 else {
            throw FileError(path, cannotBe: "put in place")
        }
        guard try FileDescriptor(directory: destination.deletingLastPathComponent()).synchronize() else {
            throw FileError(path, cannotBe: "made durable")
        }
    }

    private static func directory(of url: URL, _ location: Location) throws(FileError) -> FileDescriptor {
        let directory = url.deletingLastPathComponent()
        guard location == .ours else { return try FileDescriptor(directory: directory) }
        try PrivateDirectory.make(directory)
        let opened = try FileDescriptor(directory: directory)
        let path = directory.path(percentEncoded: false)
        guard let status = opened.status() else { throw FileError(path, cannotBe: "examined") }
        guard status.st_mode & 0o022 == 0 else {
            throw FileError(
                .notPrivate,
                "Other accounts can write to \(path). Make it yours alone: chmod 700 \(path)"
            )
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 || geteuid() == 0 else {
            throw FileError(
                .notPrivate,
                "\(path) belongs to the account \(FileOwner.name(status.st_uid)). Run this as that account, or as root"
            )
        }
        return opened
    }

    private func failure(_ participle: String) -> FileError {
        FileError(.failed, "\(path) can't be \(participle)", reason: .last)
    }
}
