// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// Whether this process's memory, with the keys and tokens in it, can reach the disk or another process of its account.
public enum CoreDumps {
    /// Keeps the memory in: no core dump is written when the process crashes, and no other process of the account can read it
    /// or attach a debugger. Only root still can.
    ///
    /// The limit alone would not do: where the kernel pipes core dumps to a program, it does not count.
    ///
    /// - Throws: ``SystemError`` if the kernel refuses.
    public static func forbid() throws(SystemError) {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        guard setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0, clinux_set_dumpable(0) == 0 else {
            throw .last
        }
    }

    /// Whether ``forbid()`` is in force.
    public static var areForbidden: Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return false }
        return limit.rlim_cur == 0 && limit.rlim_max == 0 && clinux_get_dumpable() == 0
    }
}
