// SPDX-License-Identifier: Apache-2.0

import CCurl
import Foundation

/// Runs transfers on one libcurl multi handle. Everything here belongs to one thread.
final class TransferLoop {
    private let multi: MultiHandle
    private let queue: CommandQueue
    private let maximumWaiting: Int
    private var admission: AdmissionQueue
    /// All transfers that haven't ended, also those that wait for admission.
    private var transfers: [TransferID: Transfer] = [:]
    private var running: [OpaquePointer: Transfer] = [:]
    private var isStopped = false

    init(_ multi: MultiHandle, _ queue: CommandQueue, _ configuration: HTTPClientConfiguration) {
        self.multi = multi
        self.queue = queue
        maximumWaiting = configuration.maximumWaitingRequests
        admission = AdmissionQueue(
            maximum: configuration.maximumConnections,
            maximumPerOrigin: configuration.maximumConnectionsPerHost
        )
    }

    /// Works until a `stop` command comes.
    func run() {
        blockBrokenPipeSignal()
        while true {
            queue.take().forEach(execute)
            if isStopped { break }
            admit()
            var status = multi.perform()
            while let (easy, result) = multi.nextFinished() {
                if let transfer = running[easy] { end(transfer) { $0.failure(for: result) } }
            }
            endOverdueTransfers()
            admit()
            if status == CURLM_OK { status = multi.wait(milliseconds: timeToNextDeadline()) }
            if status != CURLM_OK { endAll(Self.error(status)) }
        }
        endAll(.clientShutDown)
        for case .start(_, _, _, let sink) in queue.close() {
            sink.finish(.clientShutDown)
        }
        multi.close()
    }

    private func execute(_ command: Command) {
        switch command {
        case .start(let id, let plan, let body, let sink):
            start(Transfer(id, plan, body, sink))
        case .cancel(let id):
            if let transfer = transfers[id] {
                end(transfer) { _ in HTTPError(.cancelled, "The request was cancelled.") }
            }
        case .resumeReceiving(let id):
            if let transfer = transfers[id] { transfer.resumeReceiving() }
        case .resumeSending(let id):
            if let transfer = transfers[id] { transfer.resumeSending() }
        case .stop:
            isStopped = true
        }
    }

    private func start(_ transfer: Transfer) {
        guard admission.waitingCount < maximumWaiting, !isStopped else {
            let error = HTTPError(.overloaded, "Too many requests wait for a connection.")
            transfer.finish(isStopped ? .clientShutDown : error)
            return
        }
        transfers[transfer.id] = transfer
        admission.enqueue(transfer.id, to: transfer.plan.origin)
    }

    private func admit() {
        while let id = admission.admitNext() {
            guard let transfer = transfers[id] else { continue }
            do throws(HTTPError) {
                let easy = try transfer.makeHandle()
                let status = multi.add(easy)
                guard status == CURLM_OK else { throw Self.error(status) }
                running[easy.pointer] = transfer
            } catch {
                end(transfer) { _ in error }
            }
        }
    }

    /// Takes a transfer out of everything, then tells its sink. The connection is closed or back in the pool by then.
    private func end(_ transfer: Transfer, _ failure: (Transfer) -> HTTPError?) {
        let failure = failure(transfer)
        transfers[transfer.id] = nil
        admission.remove(transfer.id)
        if let easy = transfer.easy, running.removeValue(forKey: easy.pointer) != nil {
            multi.remove(easy)
        }
        transfer.finish(failure)
    }

    private func endAll(_ error: HTTPError) {
        for transfer in transfers.values {
            end(transfer) { _ in error }
        }
    }

    private func endOverdueTransfers() {
        let now = ContinuousClock.now
        for transfer in transfers.values {
            if let error = transfer.overdue(at: now) {
                end(transfer) { _ in error }
            }
        }
    }

    /// Milliseconds, rounded up so that a deadline has passed when the wait for it ends. Without transfers the
    /// thread sleeps until it is woken.
    private func timeToNextDeadline() -> Int32 {
        guard let next = transfers.values.lazy.compactMap(\.nextDeadline).min() else { return .max }
        let left = ContinuousClock.now.duration(to: next) / .milliseconds(1)
        return Int32(min(max(0, left.rounded(.up)), Double(Int32.max)))
    }

    private static func error(_ status: CURLMcode) -> HTTPError {
        HTTPError(.unavailable, "libcurl failed: \(String(cString: curl_multi_strerror(status))).")
    }

    /// A write to a closed connection is to fail, not to end the process. libcurl's own way to do this changes the
    /// whole process's signal handling for moments.
    private func blockBrokenPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
