// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging

/// One queue of the message service.
struct SandboxMailbox: Sendable {
    /// What the queue is for.
    enum Kind: Sendable, Equatable {
        /// Task requests for one dataset.
        case dataset
        /// Messages of one task for the pod.
        case worker(taskID: String, identifier: String)
        /// Messages of one task for the modeller.
        case modeller(taskID: String)

        var taskID: String? {
            switch self {
            case .dataset: nil
            case .worker(let taskID, _), .modeller(let taskID): taskID
            }
        }
    }

    let kind: Kind
    /// The user who may poll it.
    let owner: String
    var queue: [QueuedMessage] = []
}

/// A message that has not been acknowledged yet.
struct QueuedMessage: Sendable {
    let number: UInt64
    var message: Messages_BitfountMessage
    /// Every receipt that a delivery of it carried; each of them acknowledges it.
    var receipts: [String] = []
    /// Until then a delivered message is not delivered again.
    var hiddenUntil: ContinuousClock.Instant?

    func isVisible(at now: ContinuousClock.Instant) -> Bool {
        hiddenUntil.map { $0 <= now } ?? true
    }
}
