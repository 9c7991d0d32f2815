import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import HTTPTransport

/// Runs a sandbox for as long as `body` runs.
///
/// All stand-ins listen when `body` begins, and are gone when this function returns.
package func withSandbox<Result: Sendable>(
    _ configuration: SandboxConfiguration,
    _ body: @Sendable (Sandbox) async throws -> Result
) async throws -> Result {
    try await withThrowingDiscardingTaskGroup { group in
        let directory = SandboxDirectory()
        directory.add(configuration.owner)
        let storage = SandboxObjectStorage(
            port: configuration.ports.objectStorage,
            directory: configuration.objectDirectory,
            logger: configuration.logger
        )
        let hub = SandboxHub(
            port: configuration.ports.hub,
            directory: directory,
            storage: storage,
            logger: configuration.logger
        )
        let identityProvider = SandboxIdentityProvider(
            port: configuration.ports.identityProvider,
            directory: directory,
            logger: configuration.logger
        )
        let accessManager = SandboxAccessManager(
            port: configuration.ports.accessManager,
            publicKey: configuration.accessManagerKey,
            directory: directory,
            hub: hub,
            identityProvider: identityProvider,
            logger: configuration.logger
        )
        let messageService = SandboxMessageService(
            directory: directory,
            hub: hub,
            storage: storage,
            visibility: configuration.visibility
        )
        let transport = messageService.transport(port: configuration.ports.messageService)
        let servers: [@Sendable () async throws -> Void] = [
            { try await storage.server.run(storage.router()) },
            { try await hub.server.run(hub.router()) },
            { try await identityProvider.server.run(identityProvider.router()) },
            { try await accessManager.server.run(accessManager.router()) },
            { try await GRPCServer(transport: transport, services: [messageService]).serve() },
        ]
        for server in servers {
            group.addTask { try await untilCancelled(server) }
        }
        for server in [storage.server, hub.server, identityProvider.server, accessManager.server] {
            try await server.waitUntilListening()
        }
        let port = try await transport.listeningAddress.ipv4?.port
        guard let port, let url = URL(string: "http://127.0.0.1:\(port)") else {
            throw SandboxError(.notListening, "the message service is not listening")
        }
        let connection = try ModellerConnection(port: port)
        group.addTask { try await untilCancelled(connection.run) }
        let http = HTTPClient(logger: configuration.logger)
        defer { http.shutdown() }
        let sandbox = Sandbox(
            owner: configuration.owner,
            directory: directory,
            hub: hub,
            accessManager: accessManager,
            identityProvider: identityProvider,
            objectStorage: storage,
            messageService: messageService,
            messageServiceURL: url,
            connection: connection,
            http: http
        )
        let result = try await body(sandbox)
        group.cancelAll()
        return result
    }
}

/// Servers end by being cancelled, which is no failure.
private func untilCancelled(_ serve: @Sendable () async throws -> Void) async throws {
    do {
        try await serve()
    } catch {
        guard Task.isCancelled else { throw error }
    }
}
