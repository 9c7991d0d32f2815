// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles
import Timekeeping

/// The database file and its neighbours in the state directory.
package struct StoreFile: Sendable {
    let path: String

    package init(path: String) {
        self.path = path
    }

    var reservePath: String { path + ".reserve" }
    private var suspicionPath: String { path + ".suspect" }

    /// Whether damage was found while the file was in use, so that it has to be checked before it is used again.
    var isSuspect: Bool { access(suspicionPath, F_OK) == 0 }

    /// Notes durably that damage was found. If that fails too, the next check in the background finds it again.
    func suspect() {
        do {
            _ = try FileDescriptor(URL(filePath: suspicionPath), O_WRONLY | O_CREAT | O_NOFOLLOW)
            try synchronizeDirectory()
        } catch {
            return
        }
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

    /// The files beside the database of which the names begin like its own and end so.
    private func neighbours(_ isMeant: (Substring) -> Bool) throws(StoreError) -> [String] {
        let url = URL(filePath: path)
        let directory = url.deletingLastPathComponent().path
        return try StoreError.wrapping("the state directory was being read") {
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted().filter { name in
                name.hasPrefix(url.lastPathComponent) && isMeant(name.dropFirst(url.lastPathComponent.count))
            }.map { "\(directory)/\($0)" }
        }
    }

    /// Removes the backups that were made before the database was brought to a newer version, whole or begun.
    func removeBackups() throws(StoreError) {
        let backups = try neighbours { $0.hasPrefix(".v") && ($0.hasSuffix(".backup") || $0.hasSuffix(".backup.part")) }
        for backup in backups {
            guard unlink(backup) == 0 || errno == ENOENT else {
                throw StoreError(systemError: errno, "The backup \(backup) can't be removed")
            }
        }
        if !backups.isEmpty { try synchronizeDirectory() }
    }

    /// The databases that were set aside.
    func setAsideFiles() throws(StoreError) -> [String] {
        try neighbours { $0.hasPrefix(".damaged-") }
    }

    /// Makes the file with mode 0600 if it isn't there, and takes everyone else's rights away if it is. SQLite gives
    /// the files it puts beside it the same mode.
    func prepare() throws(StoreError) {
        do throws(FileError) {
            let file = try FileDescriptor(URL(filePath: path), O_RDWR | O_CREAT | O_NOFOLLOW)
            guard fchmod(file.number, 0o600) == 0 else {
                throw FileError(.failed, "\(path) can't be given the mode 0600", reason: .last)
            }
        } catch {
            throw StoreError(error)
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
    func synchronizeDirectory() throws(StoreError) {
        let directory = URL(filePath: path).deletingLastPathComponent()
        do throws(FileError) {
            guard try FileDescriptor(directory: directory).synchronize() else {
                throw FileError(.failed, "the state directory \(directory.path) can't be synchronized", reason: .last)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Takes the state for this process.
    ///
    /// - Throws: ``StoreError/Code/alreadyOpen`` if another process has it.
    func lock() throws(StoreError) -> FileLock {
        do {
            return try FileLock(URL(filePath: path + ".lock"))
        } catch {
            guard error.code == .locked else { throw StoreError(error) }
            throw StoreError(
                .alreadyOpen,
                "Another pod-agent is running on this state directory (lock file \(path).lock).",
                underlying: error
            )
        }
    }
}
