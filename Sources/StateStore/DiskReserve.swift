// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemFiles

/// A file of zeros beside the database that is given up when the disk is full, so that there is room to record the refusal.
struct DiskReserve: Sendable {
    let path: String
    let bytes: Int
    /// How many bytes can still be written on the disk.
    let freeBytes: @Sendable () -> Int64?

    /// Whether it is there in full.
    var isHeld: Bool {
        var status = stat()
        return bytes == 0 || stat(path, &status) == 0 && status.st_size >= bytes
    }

    /// Makes it, if there is room for it and `floor` bytes besides.
    func hold(floor: Int64) {
        guard !isHeld, let free = freeBytes(), free >= floor + Int64(bytes) else { return }
        // Without a reserve the agent is short of space, which its health says.
        guard let file = try? FileDescriptor(URL(filePath: path), O_WRONLY | O_CREAT | O_NOFOLLOW) else { return }
        // Without real blocks behind it the file would give nothing back.
        if posix_fallocate(file.number, 0, bytes) != 0 { unlink(path) }
    }

    /// Gives it up; false if there was nothing to give.
    func release() -> Bool {
        bytes > 0 && unlink(path) == 0
    }

    /// How many bytes the agent can still write on the disk of a path; nil if that can't be told.
    static func freeBytes(beside path: String) -> Int64? {
        var status = statvfs()
        let directory = (path as NSString).deletingLastPathComponent
        guard statvfs(directory.isEmpty ? "." : directory, &status) == 0 else { return nil }
        return Int64(status.f_bavail) * Int64(status.f_frsize)
    }
}
