import FlameHub

/// How far a list is known, from one delta pass to the next (flame-hub.md, 6.5). All times are the
/// server's own.
public struct DeltaWatermark: Sendable, Equatable, Codable {
    /// Everything up to here is known; `nil` before the first pass.
    public var value: HubTimestamp?
    /// A part of the list that a pass did not get to, because there was more than it may read.
    public var gap: Gap?

    /// An interval that is still to be read, older rows being known and newer ones too.
    public struct Gap: Sendable, Equatable, Codable {
        /// The newest time of the rows in front of the gap.
        public var newest: HubTimestamp
        /// The oldest time that was read; the gap lies behind it.
        public var oldest: HubTimestamp
        /// Where in the list the reading stopped: just behind the last row that was read.
        public var offset: Int
    }

    /// A watermark.
    public init(value: HubTimestamp? = nil, gap: Gap? = nil) {
        self.value = value
        self.gap = gap
    }
}
