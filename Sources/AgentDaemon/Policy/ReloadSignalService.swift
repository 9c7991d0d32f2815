// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the policy file again on SIGHUP, as `pod-agent reload` does.
struct ReloadSignalService: Service {
    let policy: PolicyReloader
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            do {
                let outcome = try await policy.reload()
                logger.notice("SIGHUP: \(outcome.message)")
            } catch {
                logger.error("SIGHUP: \(AgentFailure(describing: error).message)")
            }
        }
    }
}
