import Foundation
import Synchronization

/// Holds the state for one process. The lock dies with the process, so a crash leaves nothing to clean up.
final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// Takes the lock file, made with mode 0600 if it isn't there.
    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(systemError: errno, "The lock file \(path) can't be opened")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw StoreError(systemError: reason, "The lock file \(path) can't be locked")
            }
            throw StoreError(.alreadyOpen, "Another pod-agent is running on this state directory (lock file \(path)).")
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Lets the next one in.
    func release() {
        descriptor.withLock { descriptor in
            guard let held = descriptor else { return }
            // A child process that is being started can still have the descriptor: closing ours wouldn't unlock it.
            flock(held, LOCK_UN)
            close(held)
            descriptor = nil
        }
    }
}

extension StoreError {
    /// An error of a system call, told with the system's own words.
    init(systemError: Int32, _ what: String) {
        let code: Code =
            switch systemError {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ELOOP: .inaccessible
            default: .inputOutput
            }
        self.init(code, "\(what): \(String(cString: strerror(systemError))).")
    }
}
