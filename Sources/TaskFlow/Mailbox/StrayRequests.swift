// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Synchronization

/// Task requests that were found in the mailbox of a task whose modeller was being asked who they are. They are taken like any
/// other, by whoever polls for tasks.
final class StrayRequests: Sendable {
    /// A request, and where it has to be acknowledged.
    struct Request: Sendable {
        let message: IncomingMessage
        let mailboxID: String
    }

    /// How many may wait to be taken. Those beyond it are not acknowledged, so that the service delivers them again.
    private static let waiting = 64

    private let taker = Mutex<AsyncStream<Request>.Continuation?>(nil)

    /// What is offered from now on, for the one that takes it.
    func requests() -> AsyncStream<Request> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Request.self,
            bufferingPolicy: .bufferingOldest(Self.waiting)
        )
        taker.withLock { $0 = continuation }
        return stream
    }

    func offer(_ message: IncomingMessage, foundIn mailboxID: String) {
        _ = taker.withLock { $0 }?.yield(Request(message: message, mailboxID: mailboxID))
    }

    /// Ends ``requests()``: nobody takes requests any more.
    func close() {
        taker.withLock { $0 }?.finish()
    }
}
