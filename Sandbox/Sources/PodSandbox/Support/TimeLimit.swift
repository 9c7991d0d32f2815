// SPDX-License-Identifier: Apache-2.0

/// Runs `operation`, but for at most `limit`; then it is cancelled and ``SandboxError/Code/timedOut`` is thrown,
/// naming `what` was waited for.
package func within<Result: Sendable>(
    _ limit: Duration,
    _ what: String,
    operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: operation)
        group.addTask {
            try await Task.sleep(for: limit)
            throw SandboxError(.timedOut, "no \(what) within \(limit)")
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
