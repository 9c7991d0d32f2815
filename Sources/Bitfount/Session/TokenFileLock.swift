// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles

/// Keeps two processes of ours from spending the same refresh token: an advisory lock beside the token file.
///
/// The Python command line does not know the lock; against it only the second look at the file helps.
enum TokenFileLock {
    /// How long to wait for the other process; a renewal takes a few requests at most.
    static let patience: Duration = .seconds(120)
    private static let pause: Duration = .milliseconds(50)

    /// Waits until the lock is ours.
    ///
    /// - Throws: `file` if the lock file cannot be made, `timedOut` after ``patience``, `cancelled`.
    static func acquire(for file: TokenFile, clock: any Clock<Duration>) async throws(BitfountError) -> FileLock {
        let url = file.place.appendingPathExtension("lock")
        var waited: Duration = .zero
        while true {
            do throws(FileError) {
                return try FileLock(url)
            } catch {
                switch error.code {
                case .locked where waited < patience: break
                case .locked: throw BitfountError(.timedOut, error.message, underlying: error)
                // Without the directory there is no login either; say what matters.
                case .missing: throw BitfountError(.notLoggedIn, "Nobody is logged in: run `pod-agent login`")
                default: throw BitfountError(.file, error.description, underlying: error)
                }
            }
            do {
                try await clock.sleep(for: pause)
            } catch {
                throw BitfountError(.cancelled, "Waiting for \(url.path) was cancelled")
            }
            waited += pause
        }
    }
}
