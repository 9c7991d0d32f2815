// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc
import Synchronization

/// Holds something for one process at a time by a lock file. The lock dies with the process, so a crash leaves nothing to
/// clean up.
public final class FileLock: Sendable {
    private let descriptor: Mutex<FileDescriptor?>

    /// Takes the lock file, made with mode 0600 if it isn't there, without waiting.
    ///
    /// - Throws: ``FileError`` with the code `locked` if somebody else has it, `missing` if its directory is, or `failed`.
    public init(_ url: URL) throws(FileError) {
        let file = try FileDescriptor(url, O_RDWR | O_CREAT | O_NOFOLLOW)
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

    /// Lets the next one in.
    public func release() {
        descriptor.withLock { descriptor in
            // A child process that is being started can still have the descriptor: closing ours wouldn't unlock it.
            if let held = descriptor.take() { flock(held.number, LOCK_UN) }
        }
    }
}
