// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Timekeeping

/// Whether the parts of a request, which are protected differently, say the same (bitfount-protocol.md, 13.2 and 13.3).
///
/// Only the encrypted part is the modeller's own word. The clear copy and the message around it pass through other
/// hands, and older pods acted upon them.
struct RequestConsistency {
    let outer: OuterRequest
    let inner: InnerRequest
    let target: String
    /// The pods that the message names.
    let pods: Set<String>
    let limits: IntakeLimits

    /// Refuses a request whose parts contradict each other.
    func check() throws(IntakeFault) {
        guard protocolsAgree else { throw IntakeFault(.protocolMismatch) }
        guard targetIsNamed else { throw IntakeFault(.podNotNamed) }
        guard podsAgree else { throw IntakeFault(.podsMismatch) }
    }

    /// Whether the clear protocol is the encrypted one, to the type of every number and the bytes of every text.
    private var protocolsAgree: Bool {
        outer.protocolDocument == inner.protocolDocument
    }

    /// Whether the modeller encrypted the request for this very dataset: all datasets of a pod share one key, so a
    /// request for one of them also opens as a request for another.
    private var targetIsNamed: Bool {
        inner.podIdentifiers.contains { $0.hasSameBytes(as: target) }
    }

    /// Whether both parts name the same pods.
    private var podsAgree: Bool {
        // Between plain identifiers == compares bytes; the message's own are known to be plain.
        inner.podIdentifiers.allSatisfy { $0.isPlainIdentifier(maximumBytes: limits.maximumIdentifierBytes) }
            && Set(inner.podIdentifiers) == pods
    }
}

/// Whether a message is recent enough to be acted upon (bitfount-protocol.md, 9.8 and 13.5).
///
/// The envelope's timestamp is not authenticated, so this is no replay protection by itself: it bounds how long
/// the memory of decided requests has to be consulted, and keeps out what a broken clock or queue brings late.
struct Freshness: Sendable {
    /// The greatest age of a message, inclusive.
    let maximumAge: Duration
    /// How far in the future a message may claim to be sent, inclusive: the tolerance for clocks that differ.
    let maximumLead: Duration

    /// The reason to refuse a message of that `timestamp` at the moment `now`, or `nil` if it is fresh.
    func objection(to timestamp: String, at now: Date) -> DecisionReason? {
        guard let sent = ISO8601.date(timestamp, missingZone: .utc) else { return .malformedTimestamp }
        let age = Duration.seconds(now.timeIntervalSince(sent))
        if age > maximumAge { return .staleRequest }
        if age < .zero - maximumLead { return .futureRequest }
        return nil
    }
}
