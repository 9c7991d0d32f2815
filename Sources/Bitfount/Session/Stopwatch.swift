extension Clock where Duration == Swift.Duration {
    /// Starts to measure time on this clock. The function returns what has passed since.
    func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
