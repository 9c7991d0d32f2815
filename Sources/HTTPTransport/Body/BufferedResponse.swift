// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Collects a whole response. The transfer limits the size.
final class BufferedResponse: ResponseSink {
    private struct State {
        var head: HTTPResponseHead?
        var body = Data()
        var result: Result<HTTPResponse, HTTPError>?
        var waiter: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?
    }

    private let state = Mutex(State())

    /// The response when it is whole. Cancelling the task doesn't end the wait; cancelling the transfer does.
    func result() async -> Result<HTTPResponse, HTTPError> {
        await withCheckedContinuation { continuation in
            let result = state.withLock { state in
                if state.result == nil { state.waiter = continuation }
                return state.result
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    func receive(_ head: HTTPResponseHead) {
        state.withLock { $0.head = head }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { $0.body.append(contentsOf: bytes) }
        return true
    }

    func finish(_ failure: HTTPError?) {
        let (waiter, result) = state.withLock { state in
            let result: Result<HTTPResponse, HTTPError> =
                if let failure {
                    .failure(failure)
                } else if let head = state.head {
                    .success(HTTPResponse(head: head, body: state.body))
                } else {
                    .failure(HTTPError(.malformedResponse, "The server's answer has no head."))
                }
            state.result = result
            return (state.waiter, result)
        }
        waiter?.resume(returning: result)
    }
}
