/// Lets callers that want the same thing at the same time wait for one piece of work together.
actor SingleFlight<Value: Sendable> {
    private var running: Task<Result<Value, BitfountError>, Never>?

    /// Runs the work, or joins the run that is under way.
    ///
    /// The work goes on when its callers are cancelled, because others may wait for it, and because a refresh token that
    /// was sent must be replaced by its successor or the login is lost.
    func run(_ work: @escaping @Sendable () async throws(BitfountError) -> Value) async throws(BitfountError) -> Value {
        if let running { return try await running.value.get() }
        // Unstructured on purpose: see above. It ends by itself, every request in it has a time-out.
        let task = Task {
            do throws(BitfountError) {
                return Result<Value, BitfountError>.success(try await work())
            } catch {
                return .failure(error)
            }
        }
        running = task
        defer { running = nil }
        return try await task.value.get()
    }
}
