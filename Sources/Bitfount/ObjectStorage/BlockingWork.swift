import Dispatch

/// Reading and writing of files, on threads that may block.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "bitfount.files", attributes: .concurrent)

    /// Does the work outside of the cooperative pool.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
