// SPDX-License-Identifier: Apache-2.0

/// Runs a stand-in of a FLAME Hub for as long as `body` runs.
///
/// It listens when `body` begins, and is gone when this function returns.
package func withFlameHub<Output: Sendable>(
    _ configuration: FlameHubConfiguration = FlameHubConfiguration(),
    _ body: @Sendable (SandboxFlameHub) async throws -> Output
) async throws -> Output {
    let hub = SandboxFlameHub(configuration)
    defer { hub.discardFiles() }
    return try await withThrowingDiscardingTaskGroup { group in
        let isRunning = Observed(true)
        group.addTask {
            defer { isRunning.change { $0 = false } }
            try await untilCancelled { try await hub.server.run(hub.router()) }
        }
        group.addTask { try await untilCancelled(hub.work) }
        try await hub.server.waitUntilListening()
        let outcome: Result<Output, any Error>
        do {
            outcome = .success(try await body(hub))
        } catch {
            outcome = .failure(error)
        }
        await hub.server.stop()
        try? await within(.seconds(2), "end of the server") { try await isRunning.wait { !$0 } }
        group.cancelAll()
        return try outcome.get()
    }
}
