import Dispatch

/// Runs blocking system calls on a queue of their own instead of a thread of the cooperative pool.
struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws(AnchorError) -> Value) async throws(AnchorError)
        -> Value
    {
        let result: Result<Value, AnchorError> = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { () throws(AnchorError) in try body() })
            }
        }
        return try result.get()
    }
}
