// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Foundation
import HTTPTestSupport
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Connection to the message service", .timeLimit(.minutes(1)))
struct MessageConnectionTests {
    @Test("A service that takes the connection and says nothing doesn't hold up the stop")
    func silentService() async throws {
        let (accepted, signal) = AsyncStream<Void>.makeStream()
        let server = try LoopbackServer { connection in
            signal.yield()
            // Reads until the peer hangs up, and says nothing.
            try connection.waitForClose()
        }
        defer { server.stop() }
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        let client = try MessageServiceClient(
            endpoint: MessageServiceEndpoint(url: url),
            logger: RunningAgent.quietLogger
        ) { [] }
        let service = MessageConnectionService(client: client, clock: RecordingClock())
        let group = ServiceGroup(services: [service], logger: RunningAgent.quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let call = Task { try? await client.nextMessage(in: .named("ward")) }
            for await _ in accepted { break }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            _ = await call.value
        }
    }
}
