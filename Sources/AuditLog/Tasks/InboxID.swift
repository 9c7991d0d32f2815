/// The number of a received message in the agent's inbox; grows with each, never used twice.
public struct InboxID: Sendable, Hashable, Comparable, CustomStringConvertible {
    let rawValue: Int64

    init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Older messages come first.
    public static func < (left: InboxID, right: InboxID) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { String(rawValue) }
}
