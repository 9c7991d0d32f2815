// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import GRPCCore
import GRPCNIOTransportHTTP2

/// The modellers' way to the message service; one connection serves them all.
package final class ModellerConnection: Sendable {
    typealias Service = Messages_MessageService.Client<HTTP2ClientTransport.Posix>

    /// How long a call may take; 20 s in the genuine SDKs.
    static let deadline: Duration = .seconds(20)

    private let client: GRPCClient<HTTP2ClientTransport.Posix>
    let service: Service

    init(port: Int) throws {
        client = GRPCClient(
            transport: try HTTP2ClientTransport.Posix(
                target: .ipv4(address: "127.0.0.1", port: port),
                transportSecurity: .plaintext
            )
        )
        service = Service(wrapping: client)
    }

    /// Holds the connection until ``stop()`` or the end of the task.
    func run() async throws {
        try await client.runConnections()
    }

    /// Ends the connection when the last call has ended.
    func stop() {
        client.beginGracefulShutdown()
    }

    /// A request with the credentials of `user`.
    func request<Message: Sendable>(_ message: Message, as user: SandboxUser) -> ClientRequest<Message> {
        ClientRequest(
            message: message,
            metadata: ["x-api-key-id": .string(user.coreAPIKeyID), "x-api-key": .string(user.coreAPIKey)]
        )
    }

    static var options: CallOptions {
        var options = CallOptions.defaults
        options.timeout = deadline
        return options
    }
}
