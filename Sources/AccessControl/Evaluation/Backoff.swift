/// How long to wait between attempts: a random time up to a bound that doubles, so that many agents that lost the same
/// service do not come back to it at the same moment ("full jitter").
struct Backoff: Sendable {
    /// The bound before the second attempt.
    let baseDelay: Duration
    /// What the bound never exceeds.
    let maximumDelay: Duration
    /// A number from 0 up to but not including 1.
    let random: @Sendable () -> Double

    /// The time to wait after `failures` failed attempts, counted from 1.
    func delay(after failures: Int) -> Duration {
        let doublings = min(max(failures - 1, 0), 20)
        let bound = min(baseDelay * (1 << doublings), maximumDelay)
        return bound * random()
    }
}
