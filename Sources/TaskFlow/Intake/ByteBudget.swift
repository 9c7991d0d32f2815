// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A number of bytes that several share. Whoever finds too few left waits, in the order of asking.
final class ByteBudget: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var waiting: [(id: Int, bytes: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Those that were cancelled before they waited.
        var cancelled: Set<Int> = []
    }

    /// How many bytes there are.
    let bytes: Int
    private let state: Mutex<State>

    init(bytes: Int) {
        self.bytes = bytes
        state = Mutex(State(free: bytes))
    }

    /// How many bytes nobody holds.
    var free: Int { state.withLock { $0.free } }
    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Takes bytes, after waiting for them if need be. Who wants more than there are gets all there are.
    ///
    /// - Returns: `nil` if the task was cancelled before it was its turn.
    func take(_ bytes: Int) async -> ByteClaim? {
        let bytes = min(bytes, self.bytes)
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isTaken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    if state.waiting.isEmpty, state.free >= bytes {
                        state.free -= bytes
                        return true
                    }
                    state.waiting.append((id, bytes, continuation))
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            abandon(id)
        }
        // A cancellation after the bytes came is the caller's to see.
        state.withLock { _ = $0.cancelled.remove(id) }
        return isTaken ? ByteClaim(bytes, of: self) : nil
    }

    /// Takes bytes if they are there.
    func takeNow(_ bytes: Int) -> ByteClaim? {
        let isTaken = state.withLock { state in
            guard state.waiting.isEmpty, state.free >= bytes else { return false }
            state.free -= bytes
            return true
        }
        return isTaken ? ByteClaim(bytes, of: self) : nil
    }

    fileprivate func give(_ bytes: Int) {
        state.withLock { $0.free += bytes }
        serve()
    }

    private func abandon(_ id: Int) {
        let continuation: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.waiting.remove(at: index).continuation
        }
        continuation?.resume(returning: false)
        // It may have been the one for which too little was left.
        serve()
    }

    private func serve() {
        let served = state.withLock { state in
            var served: [CheckedContinuation<Bool, Never>] = []
            while let first = state.waiting.first, first.bytes <= state.free {
                state.free -= first.bytes
                served.append(first.continuation)
                state.waiting.removeFirst()
            }
            return served
        }
        for continuation in served { continuation.resume(returning: true) }
    }
}

/// Bytes that were taken from a budget, until they are given back.
final class ByteClaim: Sendable {
    private let budget: ByteBudget?
    private let bytes: Mutex<Int>

    /// What needs no budget.
    static let nothing = ByteClaim(0, of: nil)

    fileprivate init(_ bytes: Int, of budget: ByteBudget?) {
        self.budget = budget
        self.bytes = Mutex(bytes)
    }

    deinit { release() }

    /// Gives all of it back; once is enough.
    func release() {
        let bytes = bytes.withLock { bytes in
            defer { bytes = 0 }
            return bytes
        }
        if bytes > 0 { budget?.give(bytes) }
    }
}
