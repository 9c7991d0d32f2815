// SPDX-License-Identifier: Apache-2.0

import CCurl
import Foundation

/// One transfer on its way through libcurl. Belongs to the event loop's thread.
final class Transfer {
    let id: TransferID
    let plan: TransferPlan
    private(set) var easy: EasyHandle?

    private let body: RequestBodySource
    private let sink: any ResponseSink
    private var sentFromMemory = 0
    private var receivedBytes: Int64 = 0
    private var progress: (received: Int64, sent: Int64) = (0, 0)
    private var parser: HeaderParser
    private var hasHead = false
    /// Why a callback stopped the transfer.
    private var failure: HTTPError?
    private var isReceivingPaused = false
    private var isSendingPaused = false
    private var lastActivity = ContinuousClock.now

    init(_ id: TransferID, _ plan: TransferPlan, _ body: RequestBodySource, _ sink: any ResponseSink) {
        self.id = id
        self.plan = plan
        self.body = body
        self.sink = sink
        parser = HeaderParser(maximumBytes: plan.maximumHeaderBytes)
    }

    /// Makes the libcurl handle, whose callbacks point to this object.
    func makeHandle() throws(HTTPError) -> EasyHandle {
        do {
            let easy = try EasyHandle()
            try easy.apply(plan, bodyLength: body.length)
            try easy.call(self)
            self.easy = easy
            lastActivity = .now
            return easy
        } catch {
            throw HTTPError(.unavailable, "libcurl can't make this request.", underlying: error)
        }
    }

    /// What to report when libcurl has ended the transfer.
    func failure(for result: CURLcode) -> HTTPError? {
        if let failure { return failure }
        guard let easy, result != CURLE_OK || !hasHead else { return nil }
        // For libcurl, a header that ends with the connection is good enough.
        return HTTPError(result == CURLE_OK ? CURLE_PARTIAL_FILE : result, of: easy, plan)
    }

    /// Tells the sink that it is over.
    func finish(_ failure: HTTPError?) {
        sink.finish(failure)
    }
}

// MARK: - Time

extension Transfer {
    /// When the transfer is to be looked at again at the latest.
    var nextDeadline: ContinuousClock.Instant? {
        guard let deadline = plan.deadline else { return idleDeadline }
        return idleDeadline.map { min($0, deadline) } ?? deadline
    }

    /// The error if a time-out has passed.
    func overdue(at now: ContinuousClock.Instant) -> HTTPError? {
        if let deadline = plan.deadline, deadline <= now {
            return HTTPError(.timedOut, "\(plan.origin) didn't answer in time.")
        }
        if let idleDeadline, idleDeadline <= now {
            return HTTPError(.timedOut, "The connection with \(plan.origin) stood still for too long.")
        }
        return nil
    }

    /// `nil` while it is this side that makes the transfer wait.
    private var idleDeadline: ContinuousClock.Instant? {
        guard let idleTimeout = plan.idleTimeout, easy != nil, !isReceivingPaused, !isSendingPaused else { return nil }
        return lastActivity + idleTimeout
    }
}

// MARK: - Pausing

extension Transfer {
    /// The sink takes bytes again.
    func resumeReceiving() {
        guard isReceivingPaused else { return }
        isReceivingPaused = false
        resume()
    }

    /// The body has bytes again.
    func resumeSending() {
        guard isSendingPaused else { return }
        isSendingPaused = false
        resume()
    }

    private func resume() {
        lastActivity = .now
        // An error here shows up again when libcurl moves the transfer on; bytes that it held back are delivered
        // from within this call, and may pause the transfer anew.
        _ = easy?.pause(receiving: isReceivingPaused, sending: isSendingPaused)
    }
}

// MARK: - What libcurl calls

extension Transfer {
    /// A line of the header. `false` stops the transfer.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        lastActivity = .now
        switch parser.consume(line) {
        case .incomplete:
            return true
        case .malformed(let reason):
            failure = HTTPError(.malformedResponse, reason)
            return false
        case .complete(let head):
            if let length = head.contentLength, length > plan.maximumResponseBytes, plan.method != .head {
                failure = tooLarge(head.status)
                return false
            }
            hasHead = true
            sink.receive(head)
            return true
        }
    }

    /// Bytes of the body: the number taken, or one of libcurl's signals.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastActivity = .now
        guard receivedBytes + Int64(bytes.count) <= plan.maximumResponseBytes else {
            failure = tooLarge(nil)
            return Int(CURL_WRITEFUNC_ERROR)
        }
        guard sink.receive(bytes) else {
            isReceivingPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        receivedBytes += Int64(bytes.count)
        return bytes.count
    }

    /// Fills in bytes of the request's body: their number, 0 at the end, or one of libcurl's signals.
    func send(into target: UnsafeMutableRawBufferPointer) -> Int {
        switch body {
        case .empty:
            return 0
        case .bytes(let data):
            let count = min(target.count, data.count - sentFromMemory)
            let start = data.startIndex + sentFromMemory
            data.copyBytes(to: target, from: start..<start + count)
            sentFromMemory += count
            return count
        case .pumped(let pump):
            switch pump.buffer.read(into: target) {
            case .bytes(let count):
                return count
            case .wait:
                isSendingPaused = true
                return Int(CURL_READFUNC_PAUSE)
            case .failed(let error):
                failure = error
                return Int(CURL_READFUNC_ABORT)
            }
        }
    }

    /// libcurl wants to send the body again from its start, because a connection from the pool was dead.
    ///
    /// A request that isn't idempotent may have been acted on; whether it is sent again is the retry policy's choice.
    func rewind() -> Bool {
        guard case .bytes = body, plan.method.isIdempotent else { return false }
        sentFromMemory = 0
        return true
    }

    /// The numbers of bytes that went over the wire so far.
    func progress(received: Int64, sent: Int64) {
        guard (received, sent) != progress else { return }
        progress = (received, sent)
        lastActivity = .now
    }

    private func tooLarge(_ status: Int?) -> HTTPError {
        let message = "The response is larger than the \(plan.maximumResponseBytes) bytes that are allowed."
        return HTTPError(.responseTooLarge, message, status: status)
    }
}
