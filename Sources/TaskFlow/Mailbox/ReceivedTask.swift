import AuditLog
import BitfountTasks

/// A task request that is durable, on its way to its decision.
struct ReceivedTask: Sendable {
    /// Its row in the store.
    let id: InboxID
    /// What was received.
    let message: IncomingMessage
    /// The time by which it has to be answered.
    let deadline: ContinuousClock.Instant

    /// Whose places and queue it counts against; the envelope's word, which is good enough for fairness.
    var modeller: String { message.sender ?? "" }
}
