import Foundation

/// Keeps two processes of ours from spending the same refresh token: an advisory lock beside the token file.
///
/// The Python command line does not know the lock; against it only the second look at the file helps.
struct TokenFileLock: Sendable {
    private let descriptor: Int32

    /// How long to wait for the other process; a renewal takes a few requests at most.
    static let patience: Duration = .seconds(120)
    private static let pause: Duration = .milliseconds(50)

    /// Waits until the lock is ours.
    ///
    /// - Throws: `file` if the lock file cannot be made, `timedOut` after ``patience``, `cancelled`.
    static func acquire(for file: TokenFile, clock: any Clock<Duration>) async throws(BitfountError) -> TokenFileLock {
        let path = file.url.path(percentEncoded: false) + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            // Without the directory there is no login either; say what matters.
            if errno == ENOENT { throw BitfountError(.notLoggedIn, "Nobody is logged in: run `pod-agent login`") }
            throw BitfountError(.file, "\(path) could not be opened: \(String(cString: strerror(errno)))")
        }
        do {
            var waited: Duration = .zero
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard waited < patience else {
                    throw BitfountError(.timedOut, "Another program holds \(path)")
                }
                try await clock.sleep(for: pause)
                waited += pause
            }
            return TokenFileLock(descriptor: descriptor)
        } catch let error as BitfountError {
            close(descriptor)
            throw error
        } catch {
            close(descriptor)
            throw BitfountError(.cancelled, "Waiting for \(path) was cancelled")
        }
    }

    /// Gives the lock back. Call it once.
    func release() {
        close(descriptor)
    }
}
