// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// One HTTP server on loopback; its address is known once it listens.
final class StandInServer: Sendable {
    private let name: String
    private let port: Int
    private let logger: Logger
    private let address = Observed<URL?>(nil)
    private let group = Observed<ServiceGroup?>(nil)

    /// - Parameter port: The port to listen on; 0 takes a free one.
    init(name: String, port: Int, logger: Logger) {
        self.name = name
        self.port = port
        self.logger = logger
    }

    /// The base URL, such as `http://127.0.0.1:49152`, without a slash at the end.
    var url: URL {
        get throws(SandboxError) {
            guard let url = address.read({ $0 }) else {
                throw SandboxError(.notListening, "the \(name) stand-in is not listening yet")
            }
            return url
        }
    }

    /// Answers requests until ``stop()`` or the end of the task.
    func run(_ router: SandboxRouter) async throws {
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { [address] channel in
                guard let port = channel.localAddress?.port else { return }
                let url = URL(string: "http://127.0.0.1:\(port)")
                address.change { $0 = url }
            },
            logger: logger
        )
        let group = ServiceGroup(services: [application], logger: logger)
        self.group.change { $0 = group }
        try await group.run()
    }

    /// Takes no more connections, and ends those that are idle.
    func stop() async {
        await group.read { $0 }?.triggerGracefulShutdown()
    }

    /// Waits until the server listens.
    func waitUntilListening() async throws {
        try await address.wait { $0 != nil }
    }
}
