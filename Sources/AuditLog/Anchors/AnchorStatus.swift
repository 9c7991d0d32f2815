/// How an anchor is doing.
public struct AnchorStatus: Sendable {
    /// The anchor's name.
    public let name: String
    /// How many entries the last checkpoint covers that it was shown; nil before the first.
    public internal(set) var size: Int64?
    /// Why it couldn't be shown the newest one; nil if it was.
    public internal(set) var fault: (any Error)?
    /// How often in a row showing failed.
    public internal(set) var failures = 0
}
