// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Decides from a modeller's silence when to ask whether it is there, and when it is gone (bitfount-protocol.md, 10.1).
struct ModellerPresence {
    /// What is due now.
    enum Step: Equatable {
        case wait
        /// Send an `ONLINE_CHECK` with this id.
        case check(id: String)
        /// No sign of life came in time.
        case gone
    }

    private let patience: IdentityPatience
    private var lastHeard: Duration
    private var checkedAt: Duration?

    init(patience: IdentityPatience, now: Duration) {
        self.patience = patience
        lastHeard = now
    }

    /// The longest sleep that still notices a step in time.
    var longestDelay: Duration { min(patience.silence, patience.grace) }

    /// Anything came that decrypts under the task's key.
    mutating func heard(now: Duration) {
        lastHeard = now
        checkedAt = nil
    }

    /// What is due at this moment.
    mutating func next(now: Duration) -> Step {
        if let checkedAt { return now - checkedAt >= patience.grace ? .gone : .wait }
        guard now - lastHeard >= patience.silence else { return .wait }
        checkedAt = now
        return .check(id: UUID().uuidString.lowercased().filter { $0 != "-" })
    }
}

/// Time limits of an identity exchange (bitfount-protocol.md, 10.1).
package struct IdentityPatience: Sendable {
    /// Silence after which the modeller is asked whether it is there.
    package var silence: Duration
    /// How long it then has to show a sign of life.
    package var grace: Duration

    package init(silence: Duration, grace: Duration) {
        self.silence = silence
        self.grace = grace
    }
}
