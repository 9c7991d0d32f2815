// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Hands the bytes of a request body from the task that produces them to the event loop that sends them.
///
/// The producer waits while more than `capacity` bytes are queued; the loop pauses the transfer while none are.
final class UploadBuffer: Sendable {
    /// What the loop gets when it asks for bytes.
    enum Read {
        /// So many bytes were copied.
        case bytes(Int)
        /// None yet: pause, the buffer will resume the transfer.
        case wait
        /// The producer failed.
        case failed(HTTPError)
    }

    private struct State {
        var chunks: [Data] = []
        var queuedBytes = 0
        var loopWaits = false
        var producer: CheckedContinuation<Void, Never>?
        var failure: HTTPError?
        var isClosed = false

        mutating func takeLoopWaits() -> Bool {
            defer { loopWaits = false }
            return loopWaits
        }

        mutating func takeProducer() -> CheckedContinuation<Void, Never>? {
            defer { producer = nil }
            return producer
        }
    }

    private static let capacity = 512 * 1_024

    private let state = Mutex(State())
    private let control: TransferControl

    init(_ control: TransferControl) {
        self.control = control
    }

    /// Queues bytes, then waits until there is room for more or the task is cancelled.
    func write(_ chunk: Data) async {
        let resumesLoop = state.withLock { state in
            state.chunks.append(chunk)
            state.queuedBytes += chunk.count
            return state.takeLoopWaits()
        }
        if resumesLoop { control.resumeSending() }

        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state in
                    guard state.queuedBytes >= Self.capacity, !state.isClosed else { return true }
                    state.producer = continuation
                    return false
                }
                if hasRoom { continuation.resume() }
            }
        } onCancel: {
            state.withLock { state in
                state.isClosed = true
                return state.takeProducer()
            }?.resume()
        }
    }

    /// Ends the body with an error.
    func fail(_ error: HTTPError) {
        let resumesLoop = state.withLock { state in
            state.failure = error
            return state.takeLoopWaits()
        }
        if resumesLoop { control.resumeSending() }
    }

    /// Copies queued bytes to where libcurl wants them. Called on the loop's thread.
    func read(into target: UnsafeMutableRawBufferPointer) -> Read {
        let (result, producer) = state.withLock { state -> (Read, CheckedContinuation<Void, Never>?) in
            if let failure = state.failure { return (.failed(failure), nil) }
            guard let chunk = state.chunks.first else {
                state.loopWaits = true
                return (.wait, nil)
            }
            let count = min(chunk.count, target.count)
            chunk.copyBytes(to: target, count: count)
            if count == chunk.count {
                state.chunks.removeFirst()
            } else {
                state.chunks[0] = chunk.dropFirst(count)
            }
            state.queuedBytes -= count
            return (.bytes(count), state.queuedBytes < Self.capacity ? state.takeProducer() : nil)
        }
        producer?.resume()
        return result
    }
}
