import AuditLog
import Synchronization

/// The replies that are being sent at this moment, so that none is sent by two at once.
final class RepliesUnderWay: Sendable {
    private let replies = Mutex<Set<ReplyID>>([])

    /// - Returns: `false` if somebody else is sending it.
    func begin(_ id: ReplyID) -> Bool {
        replies.withLock { $0.insert(id).inserted }
    }

    func end(_ id: ReplyID) {
        replies.withLock { _ = $0.remove(id) }
    }
}
