import Foundation

/// The database file and its neighbours in the state directory.
struct StoreFile: Sendable {
    let path: String

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
        let stamp = EntryTime.text(milliseconds: milliseconds).filter { $0.isNumber || $0 == "T" || $0 == "Z" }
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
    func synchronizeDirectory() throws(StoreError) {
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
