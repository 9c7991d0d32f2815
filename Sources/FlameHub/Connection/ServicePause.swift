// SPDX-License-Identifier: Apache-2.0

/// Holds back all calls to a service that answered 429 (flame-hub.md, 6.9): its limit counts the whole
/// machine, so that one more call would only prolong it.
actor ServicePause {
    private let clock: HubClock
    private var end: Duration = .zero

    init(clock: HubClock) {
        self.clock = clock
    }

    func begin(_ length: Duration) {
        end = max(end, clock.uptime() + length)
    }

    /// Waits until the service may be called.
    ///
    /// - Throws: ``FlameHubError/Code/rateLimited`` if that takes longer than `patience`.
    func passed(patience: Duration) async throws(FlameHubError) {
        while case let remaining = end - clock.uptime(), remaining > .zero {
            guard remaining <= patience else {
                var error = FlameHubError(.rateLimited, "The service is paused because it asked to be left alone.")
                error.retryAfter = remaining
                throw error
            }
            do {
                try await clock.sleep(remaining)
            } catch {
                throw FlameHubError(.cancelled, "The call was cancelled while the service was paused.")
            }
        }
    }
}
