// SPDX-License-Identifier: Apache-2.0

/// Measures and waits with a clock whose type does not matter.
struct HubClock: Sendable {
    /// The time since this value was made, the machine's sleep included if the clock includes it.
    let uptime: @Sendable () -> Duration
    /// Waits; throws if the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        uptime = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }
}
