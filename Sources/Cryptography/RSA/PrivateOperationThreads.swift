import Dispatch
import Foundation
import Synchronization

/// A few threads for what keeps a core busy for milliseconds or more, so that such work never holds up the
/// cooperative pool on which everything else runs.
///
/// The threads live as long as the process: there is one pool, and it starts with the first private operation.
final class PrivateOperationThreads: Sendable {
    /// As many operations at a time as there are cores: more would only take each other's turns.
    static let defaultThreadLimit = ProcessInfo.processInfo.activeProcessorCount
    /// How many operations may wait for a thread before further ones are refused.
    static let defaultWaitingLimit = 1024

    static let shared = PrivateOperationThreads(
        threadLimit: defaultThreadLimit,
        waitingLimit: defaultWaitingLimit
    )

    private typealias Operation = @Sendable () -> Void

    private let waiting = Mutex<[Operation]>([])
    private let available = DispatchSemaphore(value: 0)
    private let waitingLimit: Int

    init(threadLimit: Int, waitingLimit: Int) {
        self.waitingLimit = waitingLimit
        for number in 1...threadLimit {
            let thread = Thread { [self] in work() }
            thread.name = "rsa-\(number)"
            thread.start()
        }
    }

    /// Runs an operation on one of the threads, in the order of arrival.
    ///
    /// - Throws: what the operation throws, or the code `busy` if too many are waiting.
    func run<Output: Sendable>(
        _ operation: @escaping @Sendable () throws(CryptographyError) -> Output
    ) async throws(CryptographyError) -> Output {
        let result: Result<Output, CryptographyError> = await withCheckedContinuation { continuation in
            let isAccepted = waiting.withLock { waiting in
                guard waiting.count < waitingLimit else { return false }
                waiting.append {
                    continuation.resume(returning: Result { () throws(CryptographyError) in try operation() })
                }
                return true
            }
            if isAccepted {
                available.signal()
            } else {
                continuation.resume(
                    returning: .failure(
                        CryptographyError(
                            code: .busy,
                            message: "\(waitingLimit) private key operations are waiting already."
                        )
                    )
                )
            }
        }
        return try result.get()
    }

    private func work() {
        while true {
            available.wait()
            // Each signal stands for one operation.
            let operation = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            operation?()
        }
    }
}
