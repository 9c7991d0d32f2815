// SPDX-License-Identifier: Apache-2.0

/// Steers one transfer from any thread. A transfer that has ended takes no notice.
struct TransferControl: Sendable {
    private let loop: EventLoop
    private let id = TransferID.next()

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// Queues the transfer; its sink hears of the end in every case.
    func start(_ plan: TransferPlan, _ body: RequestBodySource, _ sink: any ResponseSink) {
        loop.post(.start(id, plan, body, sink))
    }

    /// Ends the transfer and closes its connection.
    func cancel() {
        loop.post(.cancel(id))
    }

    /// The sink that refused bytes has room again.
    func resumeReceiving() {
        loop.post(.resumeReceiving(id))
    }

    /// The body that ran dry has bytes again.
    func resumeSending() {
        loop.post(.resumeSending(id))
    }
}
