// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import HTTPTransport
import Logging
import TestSupport
import Testing

@testable import BitfountMessaging

/// Short enough that a test waits for nothing, long enough that nothing ends by accident.
extension ConnectionTimings {
    static let test = ConnectionTimings(
        silenceLimit: .seconds(30),
        initialBackoff: .milliseconds(10),
        maximumBackoff: .milliseconds(50)
    )
}

/// Runs a client while the body runs.
func withClient<Result: Sendable>(
    _ url: String,
    caFile: URL? = nil,
    proxy: ProxyServer? = nil,
    timings: ConnectionTimings = .test,
    configuration: MessageServiceClientConfiguration = MessageServiceClientConfiguration(),
    clock: any Clock<Duration> = RecordingClock(),
    random: @escaping @Sendable () -> Double = { 1 },
    metadata: @escaping MessageServiceClient.MetadataSource = { [] },
    _ body: @Sendable (MessageServiceClient) async throws -> Result
) async throws -> Result {
    let address = try ServiceAddress(try #require(URL(string: url)))
    let client = MessageServiceClient(
        transport: try MessageServiceTransport.make(address, proxy: proxy, caFile: caFile, timings: timings),
        configuration: configuration,
        logger: Logger(label: "test"),
        clock: clock,
        random: random,
        metadata: metadata
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        let result = try await body(client)
        group.cancelAll()
        return result
    }
}

/// What a call of a client throws.
func failure(_ call: () async throws(MessageServiceError) -> Void) async -> MessageServiceError? {
    do {
        try await call()
        return nil
    } catch {
        return error
    }
}

extension OutgoingMessage {
    static let example = OutgoingMessage(
        type: .jobAccept,
        body: [1, 2, 3],
        recipient: "alice",
        recipientMailboxID: "modeller-mailbox",
        sender: "acme/ward",
        senderMailboxID: "worker-mailbox",
        timestamp: "2030-01-02T03:04:05Z",
        taskID: "task"
    )
}
