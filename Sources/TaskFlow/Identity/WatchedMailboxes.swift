// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The worker mailboxes in which an identity exchange goes on, so that no two tasks read the same one. Only the clear envelope
/// says whose a mailbox is.
final class WatchedMailboxes: Sendable {
    private let ids = Mutex<Set<String>>([])

    /// - Returns: `false` if another task's exchange goes on in it.
    func begin(_ id: String) -> Bool {
        ids.withLock { $0.insert(id).inserted }
    }

    func end(_ id: String) {
        ids.withLock { _ = $0.remove(id) }
    }
}
