import FlameHub

/// What became of a write to the Hub.
enum FlameDelivery: Sendable, Equatable {
    /// The Hub has it.
    case delivered
    /// It waits for another try; the sentence says why.
    case waiting(String)
    /// It will not be sent; the reason is recorded, the sentence says it to people.
    case dropped(FlameReason, String)
}
