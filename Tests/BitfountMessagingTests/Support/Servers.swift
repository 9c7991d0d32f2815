// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import GRPCCore
import GRPCNIOTransportHTTP2
import Testing

/// Serves on this machine while the body runs; at the end calls under way are answered and connections closed.
func withServer<Result: Sendable>(
    _ service: ScriptedService,
    port: Int = 0,
    security: HTTP2ServerTransport.Posix.TransportSecurity = .plaintext,
    _ body: @Sendable (_ port: Int) async throws -> Result
) async throws -> Result {
    let transport = HTTP2ServerTransport.Posix(
        address: .ipv4(host: "127.0.0.1", port: port),
        transportSecurity: security
    )
    let server = GRPCServer(transport: transport, services: [service], interceptors: [service])
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.serve() }
        let address = try await transport.listeningAddress
        let result = try await body(try #require(address.ipv4?.port))
        service.gate.open()
        // Not cancelled: a connection that arrives at a server that is cancelled ends the process, since gRPC drops its
        // asynchronous channel.
        server.beginGracefulShutdown()
        return result
    }
}
