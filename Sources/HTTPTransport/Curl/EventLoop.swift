// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A thread that runs transfers, and the door to it. The thread sleeps while nothing happens.
final class EventLoop: Sendable {
    private let queue: CommandQueue
    private let isAvailable: Bool

    /// Starts the thread, which runs until `stop`.
    init(_ configuration: HTTPClientConfiguration) {
        let multi = MultiHandle(maximumConnections: configuration.maximumConnections)
        let queue = CommandQueue(multi)
        self.queue = queue
        isAvailable = multi != nil
        guard let multi else { return }
        let thread = Thread {
            TransferLoop(multi, queue, configuration).run()
        }
        thread.name = "http-transport"
        thread.start()
    }

    /// Ends all transfers as cancelled, refuses new ones and closes the connections. Doesn't wait for any of it.
    func stop() {
        post(.stop)
    }

    /// Hands a command to the thread.
    func post(_ command: Command) {
        guard !queue.post(command), case .start(_, _, _, let sink) = command else { return }
        sink.finish(isAvailable ? .clientShutDown : HTTPError(.unavailable, "libcurl couldn't be initialised."))
    }
}

extension HTTPError {
    static let clientShutDown = HTTPError(.cancelled, "The HTTP client was shut down.")
}
