// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Decides from a modeller's silence when to ask whether it is there, and when it is gone (bitfount-protocol.md, 10.1).
///
/// Nobody has proven that there is a modeller at all, so the first sign of life has to come soon after the challenge. A genuine
/// client gives it by itself, while its user still looks for the password.
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
    private var lastHeard: Duration?
    private var checkedAt: Duration?

    init(patience: IdentityPatience) {
        self.patience = patience
    }

    /// The longest sleep that still notices a step in time.
    var longestDelay: Duration { min(patience.silence, patience.grace, patience.firstCheck) }

    /// Anything came that decrypts under the task's key.
    mutating func heard(now: Duration) {
        lastHeard = now
        checkedAt = nil
    }

    /// What is due at this moment.
    ///
    /// - Parameter challengedAt: When the modeller was asked for its proof; `nil` if that is still to come.
    mutating func next(now: Duration, challengedAt: Duration?) -> Step {
        guard let start = lastHeard ?? challengedAt else { return .wait }
        if lastHeard == nil, now - start >= patience.firstSign { return .gone }
        if let checkedAt {
            guard lastHeard != nil else { return .wait }
            return now - checkedAt >= patience.grace ? .gone : .wait
        }
        guard now - start >= (lastHeard == nil ? patience.firstCheck : patience.silence) else { return .wait }
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
    /// How long after the challenge the first sign of life has to come: 30 s unless given.
    package var firstSign: Duration

    package init(silence: Duration, grace: Duration, firstSign: Duration = .seconds(30)) {
        self.silence = silence
        self.grace = grace
        self.firstSign = firstSign
    }

    /// How long after the challenge it is asked for: a sixth of the time that there is for it.
    var firstCheck: Duration { firstSign / 6 }
}
