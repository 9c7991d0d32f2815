// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// A directory that only the agent's account can enter.
public enum PrivateDirectory {
    /// Makes the directory and those above it that are missing, with the mode 0700 and durably; one that is there
    /// is left as it is. What root makes in a private directory of another account belongs to that account.
    ///
    /// - Throws: ``FileError`` with the code `failed`.
    public static func make(_ directory: URL) throws(FileError) {
        let path = directory.path(percentEncoded: false)
        let parent = directory.deletingLastPathComponent()
        if mkdir(path, 0o700) != 0 {
            if errno == EEXIST { return }
            guard errno == ENOENT, parent.path != directory.path else { throw failure(path) }
            try make(parent)
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
        }
        let opened = try FileDescriptor(directory: parent)
        guard try FileOwner.inherit(FileDescriptor(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), from: opened),
            opened.synchronize()
        else { throw failure(path) }
    }

    /// Refuses what is no directory, and a directory that other accounts can enter. A link to a directory counts as what it
    /// leads to: so systemd lays out the state of a dynamic user.
    ///
    /// - Throws: ``FileError`` with the code `missing`, `notPrivate` or `failed`.
    public static func check(_ directory: URL) throws(FileError) {
        let path = directory.path(percentEncoded: false)
        guard let status = try FileDescriptor(directory: directory).status() else {
            throw FileError(path, cannotBe: "examined")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw FileError(.notPrivate, "\(path) is open to others")
        }
    }

    private static func failure(_ path: String) -> FileError {
        FileError(.failed, "\(path) can't be made", reason: .last)
    }
}
