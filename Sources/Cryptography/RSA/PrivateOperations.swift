// SPDX-License-Identifier: Apache-2.0

import Foundation
import Offloading

/// Where private key operations run, which keep a core busy for milliseconds or more.
enum PrivateOperations {
    /// How many operations may wait for a thread before further ones are refused.
    static let waitingLimit = 1024

    /// As many operations at a time as there are cores: more would only take each other's turns.
    private static let queue = WorkQueue(
        label: "pod-agent.rsa",
        width: ProcessInfo.processInfo.activeProcessorCount,
        waitingLimit: waitingLimit
    )

    /// Runs an operation off the cooperative pool, in the order of arrival.
    ///
    /// - Throws: what the operation throws, or the code `busy` if too many are waiting.
    static func run<Output: Sendable>(
        _ operation: @escaping @Sendable () throws(CryptographyError) -> Output
    ) async throws(CryptographyError) -> Output {
        let message = "\(waitingLimit) private key operations are waiting already."
        return try await queue.run(orRefuse: CryptographyError(code: .busy, message: message), operation)
    }
}
