/// Full jitter: each delay is drawn evenly from zero to a ceiling that doubles with every failure.
struct JitteredBackoff: Sendable {
    /// The first ceiling.
    var base: Duration = .seconds(1)
    /// The highest ceiling.
    var cap: Duration = .seconds(300)
    /// Draws a fraction in 0..<1.
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    private var failures = 0

    init(
        base: Duration = .seconds(1),
        cap: Duration = .seconds(300),
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.base = base
        self.cap = cap
        self.random = random
    }

    /// The delay before the next try.
    mutating func next() -> Duration {
        // Beyond this exponent the ceiling is reached for any base of a millisecond or more.
        let exponent = min(failures, 30)
        failures += 1
        return min(cap, base * (1 << exponent)) * random()
    }

    /// Starts over: only after something useful succeeded, not merely a connection.
    mutating func reset() { failures = 0 }
}
