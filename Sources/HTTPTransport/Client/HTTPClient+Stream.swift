// SPDX-License-Identifier: Apache-2.0

import Foundation

extension HTTPClient {
    /// Makes a request and hands over its response as soon as the head is there.
    ///
    /// The request is tried again only until `consume` is called. When `consume` returns or throws before the body
    /// was read to its end, the connection is closed.
    ///
    /// - Parameters:
    ///   - request: The request. Its ``HTTPRequest/timeout`` includes the time that `consume` takes.
    ///   - consume: Reads the response, whatever its status. The body is of no use after it.
    /// - Returns: What `consume` returns.
    /// - Throws: ``HTTPError`` if there is no response; what `consume` throws.
    public func stream<Value: Sendable>(
        _ request: HTTPRequest,
        isolation: isolated (any Actor)? = #isolation,
        _ consume: (HTTPResponseStream) async throws -> Value
    ) async throws -> Value {
        try await streaming(request) { response, _ -> StreamStep<Result<Value, any Error>> in
            do {
                return .done(.success(.success(try await consume(response))))
            } catch {
                return .done(.success(.failure(error)))
            }
        }.get()
    }

    /// Makes attempts at a streamed request until one is done.
    func streaming<Value: Sendable>(
        _ request: HTTPRequest,
        isolation: isolated (any Actor)? = #isolation,
        _ consume: (HTTPResponseStream, inout RetrySchedule) async -> StreamStep<Value>
    ) async throws(HTTPError) -> Value {
        var schedule = schedule(for: request)
        while true {
            switch await attempt(request, &schedule, consume) {
            case .done(let result):
                return try result.get()
            case .again(let delay):
                try await wait(delay, before: schedule.attempts + 1, of: request)
            }
        }
    }

    private func attempt<Value: Sendable>(
        _ request: HTTPRequest,
        _ schedule: inout RetrySchedule,
        isolation: isolated (any Actor)? = #isolation,
        _ consume: (HTTPResponseStream, inout RetrySchedule) async -> StreamStep<Value>
    ) async -> StreamStep<Value> {
        let deadline = request.timeout.map { ContinuousClock.now + $0 }
        var follower = RedirectFollower(request)
        do {
            while true {
                let hop = follower.request
                let sink = StreamedResponse()
                let step = try await transfer(hop, streams: true, deadline: deadline, to: sink) { control in
                    // Whatever of the response isn't wanted any more is not waited for.
                    defer { control.cancel() }
                    return await read(sink, control, &follower, &schedule, consume)
                }
                if let step = try step.get() { return step }
            }
        } catch {
            let error = error.naming(follower.request)
            return schedule.delay(after: error).map { .again($0) } ?? .done(.failure(error))
        }
    }

    /// Deals with one response; `nil` if it is a redirect to follow.
    private func read<Value: Sendable>(
        _ sink: StreamedResponse,
        _ control: TransferControl,
        _ follower: inout RedirectFollower,
        _ schedule: inout RetrySchedule,
        isolation: isolated (any Actor)? = #isolation,
        _ consume: (HTTPResponseStream, inout RetrySchedule) async -> StreamStep<Value>
    ) async -> Result<StreamStep<Value>?, HTTPError> {
        let request = follower.request
        let head = await withTaskCancellationHandler {
            await sink.head()
        } onCancel: {
            control.cancel()
        }
        do {
            let head = try head.get()
            if try follower.follow(head) { return .success(nil) }
            if let delay = schedule.delay(after: head) { return .success(.again(delay)) }
            let body = HTTPResponseBody(source: sink, control: control, request: request)
            return .success(await consume(HTTPResponseStream(head: head, body: body), &schedule))
        } catch {
            return .failure(error)
        }
    }
}

/// What comes after an attempt at a streamed request.
enum StreamStep<Value: Sendable>: Sendable {
    /// Nothing.
    case done(Result<Value, HTTPError>)
    /// Another attempt, after a wait.
    case again(Duration)
}
