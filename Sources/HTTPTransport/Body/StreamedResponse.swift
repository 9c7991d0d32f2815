// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Passes a response on piece by piece. What isn't fetched fills the buffer, and a full buffer pauses the transfer.
final class StreamedResponse: ResponseSink {
    private struct State {
        var head: Result<HTTPResponseHead, HTTPError>?
        var headWaiter: CheckedContinuation<Result<HTTPResponseHead, HTTPError>, Never>?
        var buffered = Data()
        var isPaused = false
        /// Set at the end: `nil` bytes, or the error.
        var end: Result<Data?, HTTPError>?
        var bytesWaiter: CheckedContinuation<Result<Data?, HTTPError>, Never>?
    }

    /// The transfer is paused when this many bytes wait to be fetched.
    static let capacity = 1_024 * 1_024

    private let state = Mutex(State())

    /// The head, or why there is none.
    func head() async -> Result<HTTPResponseHead, HTTPError> {
        await withCheckedContinuation { continuation in
            let head = state.withLock { state in
                if state.head == nil { state.headWaiter = continuation }
                return state.head
            }
            if let head { continuation.resume(returning: head) }
        }
    }

    /// All bytes that are there, or the next to come; `nil` at the end. One caller at a time.
    func next(resuming control: TransferControl) async -> Result<Data?, HTTPError> {
        await withCheckedContinuation { continuation in
            let (result, resumesTransfer) = state.withLock { state -> (Result<Data?, HTTPError>?, Bool) in
                guard state.buffered.isEmpty else {
                    defer {
                        state.buffered = Data()
                        state.isPaused = false
                    }
                    return (.success(state.buffered), state.isPaused)
                }
                if let end = state.end { return (end, false) }
                guard state.bytesWaiter == nil else {
                    return (.failure(HTTPError(.invalidRequest, "A response has two readers.")), false)
                }
                state.bytesWaiter = continuation
                return (nil, false)
            }
            if resumesTransfer { control.resumeReceiving() }
            if let result { continuation.resume(returning: result) }
        }
    }

    func receive(_ head: HTTPResponseHead) {
        let waiter = state.withLock { state in
            state.head = .success(head)
            defer { state.headWaiter = nil }
            return state.headWaiter
        }
        waiter?.resume(returning: .success(head))
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, waiter) = state.withLock { state in
            if let waiter = state.bytesWaiter {
                state.bytesWaiter = nil
                return (true, Optional(waiter))
            }
            guard state.buffered.count < Self.capacity else {
                state.isPaused = true
                return (false, nil)
            }
            state.buffered.append(contentsOf: bytes)
            return (true, nil)
        }
        waiter?.resume(returning: .success(Data(bytes)))
        return isTaken
    }

    func finish(_ failure: HTTPError?) {
        let (headWaiter, bytesWaiter, head, end) = state.withLock { state in
            let end: Result<Data?, HTTPError> = failure.map { .failure($0) } ?? .success(nil)
            let noHead = failure ?? HTTPError(.malformedResponse, "The server's answer has no head.")
            let head = state.head ?? .failure(noHead)
            state.head = head
            state.end = end
            defer { (state.headWaiter, state.bytesWaiter) = (nil, nil) }
            return (state.headWaiter, state.bytesWaiter, head, end)
        }
        headWaiter?.resume(returning: head)
        bytesWaiter?.resume(returning: end)
    }
}
