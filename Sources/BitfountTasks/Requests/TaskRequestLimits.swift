/// How much of a task request is believed before it is refused.
public struct TaskRequestLimits: Sendable, Hashable {
    /// What each packed layer may cost. Default: ``PackingLimits/taskRequest``.
    public var packing: PackingLimits
    /// The longest id or name, in bytes. Default: 1 KiB.
    public var maximumTextBytes: Int
    /// The most pods in one task. Default: 1,000.
    public var maximumPods: Int
    /// The most unknown keys in one map. Default: 64.
    public var maximumUnknownKeys: Int

    /// Limits, each with its default.
    public init(
        packing: PackingLimits = .taskRequest,
        maximumTextBytes: Int = 1 << 10,
        maximumPods: Int = 1_000,
        maximumUnknownKeys: Int = 64
    ) {
        self.packing = packing
        self.maximumTextBytes = maximumTextBytes
        self.maximumPods = maximumPods
        self.maximumUnknownKeys = maximumUnknownKeys
    }
}
