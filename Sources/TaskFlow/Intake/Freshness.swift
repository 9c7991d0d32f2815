import Foundation

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
        guard let sent = ISO8601Timestamp.parse(timestamp) else { return .malformedTimestamp }
        let age = Duration.seconds(now.timeIntervalSince(sent))
        if age > maximumAge { return .staleRequest }
        if age < .zero - maximumLead { return .futureRequest }
        return nil
    }
}
