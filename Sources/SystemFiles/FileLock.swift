// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc
import Synchronization

/// Holds something for one process at a time by a lock file. The lock dies with the process, so a crash leaves nothing to
/// clean up.
public final class FileLock: Sendable {
    private let descriptor: Mutex<FileDescriptor?>

    /// Takes the lock file, made with mode 0600 if it isn't there, without waiting. One that root makes in a private directory
    /// of another account belongs to that account.
    ///
    /// - Throws: ``FileError`` with the code `locked` if somebody else has it, `missing` if its directory is, or `failed`.
    public init(_ url: URL) throws(FileError) {
        let file = try Self.open(url)
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            let path = url.path(percentEncoded: false)
            guard errno == EWOULDBLOCK else { throw FileError(path, cannotBe: "locked") }
            throw FileError(.locked, "Another process holds \(path)")
        }
        descriptor = Mutex(file)
    }

    deinit {
        release()
    }

    private static func open(_ url: URL) throws(FileError) -> FileDescriptor {
        // Only what was made just now is given away: what is there may be another name of somebody's file.
        let number = Glibc.open(
            url.path(percentEncoded: false),
            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            0o600
        )
        guard let made = FileDescriptor(adopting: number) else {
            guard errno == EEXIST else { throw FileError(url.path(percentEncoded: false), cannotBe: "made") }
            return try FileDescriptor(url, O_RDWR | O_NOFOLLOW)
        }
        guard FileOwner.inherit(made, from: try FileDescriptor(directory: url.deletingLastPathComponent())) else {
            throw FileError(url.path(percentEncoded: false), cannotBe: "given away")
        }
        return made
    }

    /// Lets the next one in.
    public func release() {
        descriptor.withLock { descriptor in
            // A child process that is being started can still have the descriptor: closing ours wouldn't unlock it.
            if let held = descriptor.take() { flock(held.number, LOCK_UN) }
        }
    }
}
