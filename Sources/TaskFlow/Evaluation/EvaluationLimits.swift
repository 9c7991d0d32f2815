/// The times and sizes of an evaluation, apart from the deadline that each task brings.
public struct EvaluationLimits: Sendable, Hashable {
    /// How long before the deadline the decision is made, so that it can be recorded and sent in time. Default: 10 s.
    public var replyReserve: Duration
    /// The bound of the random pause before the first repetition of a failed call; it doubles each time. Default: 1 s.
    public var baseDelay: Duration
    /// The bound that the pause never exceeds. Default: 20 s.
    public var maximumDelay: Duration
    /// How many reached usage limits the modeller is told about. Default: 32.
    public var maximumLimitTexts: Int
    /// The longest resource name that the modeller is told. Default: 256 bytes.
    public var maximumResourceNameBytes: Int

    /// Limits, each with its default.
    public init(
        replyReserve: Duration = .seconds(10),
        baseDelay: Duration = .seconds(1),
        maximumDelay: Duration = .seconds(20),
        maximumLimitTexts: Int = 32,
        maximumResourceNameBytes: Int = 256
    ) {
        self.replyReserve = replyReserve
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
        self.maximumLimitTexts = maximumLimitTexts
        self.maximumResourceNameBytes = maximumResourceNameBytes
    }
}
