/// The times and sizes of an evaluation, apart from the deadline that each task brings.
public struct EvaluationLimits: Sendable, Hashable {
    /// How long before the deadline the decision is made, so that it can be recorded and sent in time. Default: 10 s.
    public var replyReserve: Duration = .seconds(10)
    /// The bound of the random pause before the first repetition of a failed call; it doubles each time: 1 s.
    public let baseDelay: Duration = .seconds(1)
    /// The bound that the pause never exceeds: 20 s.
    public let maximumDelay: Duration = .seconds(20)
    /// How many reached usage limits the modeller is told about: 32.
    public let maximumLimitTexts = 32
    /// The longest resource name that the modeller is told: 256 bytes.
    public let maximumResourceNameBytes = 256

    /// The defaults.
    public init() {}
}
