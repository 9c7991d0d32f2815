// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import Foundation

/// Everything the message service remembers.
struct MessageServiceState: Sendable {
    /// Worker and modeller mailboxes by their id, dataset mailboxes by `owner/name`.
    var mailboxes: [String: SandboxMailbox] = [:]
    /// Connected pods by `owner/name`.
    var pods: [String: ConnectedPod] = [:]
    var tasks: [String: SandboxTask] = [:]
    var tampering: [String: Tampering] = [:]
    var calls: [RecordedCall] = []
    var sent: [SentMessage] = []
    var acknowledgements: [RecordedAcknowledgement] = []
    var handedOut: [String: ContinuousClock.Instant] = [:]
    var lastNumber: UInt64 = 0

    /// More calls, messages or acknowledgements than this are not kept; the oldest go first.
    static let recordCapacity = 50_000

    mutating func enqueue(_ message: Messages_BitfountMessage, in mailbox: String) {
        lastNumber += 1
        mailboxes[mailbox]?.queue.append(QueuedMessage(number: lastNumber, message: message))
    }

    /// Hands out the oldest visible message of those queues, hidden from further deliveries for a while.
    mutating func deliver(
        from boxes: [String],
        now: ContinuousClock.Instant,
        visibility: Duration
    ) -> Messages_BitfountMessage? {
        let oldest = boxes.compactMap { box -> (box: String, index: Int, number: UInt64)? in
            guard let queue = mailboxes[box]?.queue, let index = queue.firstIndex(where: { $0.isVisible(at: now) })
            else { return nil }
            return (box, index, queue[index].number)
        }.min { $0.number < $1.number }
        guard let oldest else { return nil }
        // Every delivery has a receipt of its own, as with a queue service.
        let receipt = SandboxIDs.secret(bytes: 16)
        mailboxes[oldest.box]?.queue[oldest.index].receipts.append(receipt)
        mailboxes[oldest.box]?.queue[oldest.index].hiddenUntil = now + visibility
        var message = mailboxes[oldest.box]?.queue[oldest.index].message
        message?.receiptHandle = receipt
        if let message, mailboxes[oldest.box]?.kind == .dataset, handedOut[message.taskID] == nil {
            handedOut[message.taskID] = now
        }
        return message
    }

    /// Removes the message that the receipt belongs to, and returns it.
    mutating func remove(_ receipt: String, from boxes: [String]) -> Messages_BitfountMessage? {
        for box in boxes {
            if let index = mailboxes[box]?.queue.firstIndex(where: { $0.receipts.contains(receipt) }) {
                return mailboxes[box]?.queue.remove(at: index).message
            }
        }
        return nil
    }
}

extension Array {
    /// Appends; beyond `capacity` the oldest tenth goes.
    mutating func append(_ element: Element, capacity: Int) {
        append(element)
        if count > capacity { removeFirst(capacity / 10) }
    }
}
