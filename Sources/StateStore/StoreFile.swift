import Timekeeping
import Foundation
import Synchronization

/// The database file and its neighbours in the state directory.
package struct StoreFile: Sendable {
    let path: String

    package init(path: String) {
        self.path = path
    }

    var lockPath: String { path + ".lock" }
    var reservePath: String { path + ".reserve" }
    private var suspicionPath: String { path + ".suspect" }

    /// Whether damage was found while the file was in use, so that it has to be checked before it is used again.
    var isSuspect: Bool { access(suspicionPath, F_OK) == 0 }

    /// Notes durably that damage was found. If that fails too, the next check in the background finds it again.
    func suspect() {
        let descriptor = open(suspicionPath, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        close(descriptor)
        try? synchronizeDirectory()
    }

    /// Forgets the suspicion, since the file was found sound or is another one now.
    func trust() throws(StoreError) {
        guard unlink(suspicionPath) == 0 || errno == ENOENT else {
            throw StoreError(systemError: errno, "The file \(suspicionPath) can't be removed")
        }
    }

    /// How large the database is, in bytes.
    var bytes: Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    func backupPath(version: Int) -> String { "\(path).v\(version).backup" }

    /// Makes the file with mode 0600 if it isn't there, and takes everyone else's rights away if it is. SQLite gives
    /// the files it puts beside it the same mode.
    func prepare() throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(systemError: errno, "The state database \(path) can't be opened")
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw StoreError(systemError: errno, "The mode of the state database \(path) can't be set to 0600")
        }
        try synchronizeDirectory()
    }

    /// Gives the database and the files of SQLite beside it other names.
    func setAside(at milliseconds: Int64) throws(StoreError) -> [String] {
        let stamp = ISO8601.text(milliseconds: milliseconds).filter { $0.isNumber || $0 == "T" || $0 == "Z" }
        var moved: [String] = []
        for suffix in ["", "-wal", "-shm"] {
            let target = "\(path).damaged-\(stamp)\(suffix)"
            guard link(path + suffix, target) == 0, unlink(path + suffix) == 0 else {
                if errno == ENOENT { continue }
                throw StoreError(systemError: errno, "The file \(path + suffix) can't be set aside as \(target)")
            }
            moved.append(target)
        }
        try trust()
        try synchronizeDirectory()
        return moved
    }

    /// Makes new names in the state directory durable.
    package func synchronizeDirectory() throws(StoreError) {
        let directory = (path as NSString).deletingLastPathComponent
        let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw StoreError(systemError: errno, "The state directory \(directory) can't be opened")
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(systemError: errno, "The state directory \(directory) can't be synchronized")
        }
    }
}

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
    package init(systemError: Int32, _ what: String) {
        let code: Code =
            switch systemError {
            case ENOSPC, EDQUOT: .diskFull
            case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, ELOOP: .inaccessible
            default: .inputOutput
            }
        self.init(code, "\(what): \(String(cString: strerror(systemError))).")
    }
}
