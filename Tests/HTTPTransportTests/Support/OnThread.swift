// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Does what blocks, such as waiting for another process, on a thread of its own: the cooperative pool has few, and all
/// tests share them.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: work)) }.start()
    }
}
