/// How long to wait before an anchor is tried again: a random time up to a limit that doubles, without end.
public struct AnchorRetry: Sendable {
    /// The limit after the first failure.
    public var base: Duration
    /// What the limit never exceeds.
    public var maximum: Duration

    /// Creates a setting; 1 second and 5 minutes unless given.
    public init(base: Duration = .seconds(1), maximum: Duration = .seconds(300)) {
        self.base = base
        self.maximum = maximum
    }

    /// The wait after so many failures in a row, for a random number from 0 up to 1.
    func delay(failures: Int, random: Double) -> Duration {
        let limit = min(base * (1 << min(max(0, failures - 1), 20)), maximum)
        return limit * random
    }
}
