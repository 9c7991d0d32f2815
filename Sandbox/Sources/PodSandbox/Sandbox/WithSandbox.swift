// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import HTTPTransport

/// Runs a sandbox for as long as `body` runs.
///
/// All stand-ins listen when `body` begins, and are gone when this function returns.
package func withSandbox<Output: Sendable>(
    _ configuration: SandboxConfiguration,
    _ body: @Sendable (Sandbox) async throws -> Output
) async throws -> Output {
    try await withThrowingDiscardingTaskGroup { group in
        let standIns = StandIns(configuration)
        let running = Observed(0)
        for server in standIns.servers {
            running.change { $0 += 1 }
            group.addTask {
                defer { running.change { $0 -= 1 } }
                try await untilCancelled(server)
            }
        }
        let url = try await standIns.waitUntilListening()
        let connection = try ModellerConnection(port: url.port ?? 0)
        group.addTask { try await untilCancelled(connection.run) }
        let http = HTTPClient(logger: configuration.logger)

        let outcome: Result<Output, any Error>
        do {
            outcome = .success(try await body(Sandbox(standIns, messageServiceURL: url, connection, http)))
        } catch {
            outcome = .failure(error)
        }
        http.shutdown()
        connection.stop()
        await standIns.stop()
        // What does not end by itself, such as a request that is being delayed, is cancelled.
        try? await within(.seconds(2), "end of the servers") { try await running.wait { $0 == 0 } }
        group.cancelAll()
        return try outcome.get()
    }
}

/// Servers may end by being cancelled, which is no failure.
func untilCancelled(_ serve: @Sendable () async throws -> Void) async throws {
    do {
        try await serve()
    } catch {
        guard Task.isCancelled else { throw error }
    }
}
