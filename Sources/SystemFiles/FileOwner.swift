// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// Whose new files are, where root works beside the account that the agent runs as.
///
/// What root makes in a private directory of another account belongs to that account, which could not use it otherwise.
enum FileOwner {
    /// Gives a new file or directory that root has made to the account that its private directory belongs to.
    ///
    /// - Returns: `false` on failure.
    static func inherit(_ file: borrowing FileDescriptor, from directory: borrowing FileDescriptor) -> Bool {
        guard geteuid() == 0 else { return true }
        guard let status = directory.status() else { return false }
        guard status.st_uid != 0, status.st_mode & 0o077 == 0 else { return true }
        return fchown(file.number, status.st_uid, status.st_gid) == 0
    }

    /// Whether this process may use a file of such an owner as its own: it is ours or root's; and to root what an account has in
    /// its own directory is the account's.
    static func isTrusted(_ owner: uid_t, in directory: URL) -> Bool {
        if owner == geteuid() || owner == 0 { return true }
        guard geteuid() == 0 else { return false }
        var status = stat()
        return stat(directory.path(percentEncoded: false), &status) == 0 && status.st_uid == owner
    }

    /// An account for people: its name where it has one, else its number.
    static func name(_ owner: uid_t) -> String {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(owner, &entry, &buffer, buffer.count, &result) == 0, result != nil, let name = entry.pw_name
        else { return String(owner) }
        return String(cString: name)
    }
}
