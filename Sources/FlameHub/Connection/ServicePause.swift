// SPDX-License-Identifier: Apache-2.0

/// Holds back the calls of an identity to a service that answered it with 429 (flame-hub.md, 6.9): one more call would only prolong
/// it. Each identity waits for itself, so that a throttled data owner never stops the node.
actor ServicePause {
    private let clock: HubClock
    private var ends: [ObjectIdentifier?: Duration] = [:]

    init(clock: HubClock) {
        self.clock = clock
    }

    func begin(_ length: Duration, for identity: ObjectIdentifier?) {
        let now = clock.uptime()
        ends = ends.filter { $0.value > now }
        ends[identity] = max(ends[identity] ?? .zero, now + length)
    }

    /// Waits until the service may be called.
    ///
    /// - Throws: ``FlameHubError/Code/rateLimited`` if that takes longer than `patience`.
    func passed(_ identity: ObjectIdentifier?, patience: Duration) async throws(FlameHubError) {
        while case let remaining = (ends[identity] ?? .zero) - clock.uptime(), remaining > .zero {
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
