// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2

/// All stand-ins, put together so that each finds those it depends on.
struct StandIns: Sendable {
    let owner: SandboxUser
    let directory = SandboxDirectory()
    let storage: SandboxObjectStorage
    let hub: SandboxHub
    let identityProvider: SandboxIdentityProvider
    let accessManager: SandboxAccessManager
    let messageService: SandboxMessageService
    let smartOnFHIR: SandboxSMARTOnFHIR
    let flame: SandboxFlameHub
    private let transport: HTTP2ServerTransport.Posix
    private let messageServer: GRPCServer<HTTP2ServerTransport.Posix>

    init(_ configuration: SandboxConfiguration) {
        owner = configuration.owner
        directory.add(configuration.owner)
        storage = SandboxObjectStorage(
            port: configuration.ports.objectStorage,
            directory: configuration.objectDirectory.appending(path: "sandbox-objects-\(SandboxIDs.uuid())"),
            logger: configuration.logger
        )
        hub = SandboxHub(
            port: configuration.ports.hub,
            directory: directory,
            storage: storage,
            logger: configuration.logger
        )
        identityProvider = SandboxIdentityProvider(
            port: configuration.ports.identityProvider,
            directory: directory,
            logger: configuration.logger
        )
        accessManager = SandboxAccessManager(
            port: configuration.ports.accessManager,
            publicKey: configuration.accessManagerKey,
            directory: directory,
            hub: hub,
            identityProvider: identityProvider,
            logger: configuration.logger
        )
        messageService = SandboxMessageService(
            directory: directory,
            hub: hub,
            storage: storage,
            visibility: configuration.visibility
        )
        smartOnFHIR = SandboxSMARTOnFHIR(
            port: configuration.ports.smartOnFHIR,
            directory: directory,
            logger: configuration.logger
        )
        flame = SandboxFlameHub(configuration.flame)
        transport = messageService.transport(port: configuration.ports.messageService)
        messageServer = GRPCServer(transport: transport, services: [messageService])
    }

    private var httpServers: [StandInServer] {
        [
            storage.server, hub.server, identityProvider.server, accessManager.server, smartOnFHIR.server, flame.server,
        ]
    }

    /// What has to run, each for as long as the sandbox lasts.
    var servers: [@Sendable () async throws -> Void] {
        [
            { try await storage.server.run(storage.router()) },
            { try await hub.server.run(hub.router()) },
            { try await identityProvider.server.run(identityProvider.router()) },
            { try await accessManager.server.run(accessManager.router()) },
            { try await smartOnFHIR.server.run(smartOnFHIR.router()) },
            { try await flame.server.run(flame.router()) },
            { try await flame.work() },
            { try await messageServer.serve() },
        ]
    }

    /// Waits until all of them listen, and returns where the message service does.
    func waitUntilListening() async throws -> URL {
        for server in httpServers { try await server.waitUntilListening() }
        let port = try await transport.listeningAddress.ipv4?.port
        guard let port, let url = URL(string: "http://127.0.0.1:\(port)") else {
            throw SandboxError(.notListening, "the message service is not listening")
        }
        return url
    }

    /// Ends them in an orderly way. A server that is cancelled while somebody connects brings the process down.
    func stop() async {
        messageServer.beginGracefulShutdown()
        for server in httpServers { await server.stop() }
        // It was only made if there was a large object.
        try? FileManager.default.removeItem(at: storage.directory)
        flame.discardFiles()
    }
}

extension SandboxConfiguration {
    /// The part of the FLAME Hub.
    fileprivate var flame: FlameHubConfiguration {
        var flame = FlameHubConfiguration()
        flame.port = ports.flame
        flame.size = flameSize
        flame.fileDirectory = objectDirectory
        flame.logger = logger
        return flame
    }
}
