// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import GRPCCore
import Testing

@testable import BitfountMessaging

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    private let service = ScriptedService()
    private struct NoToken: Error {}

    private func failureOfSending(
        _ message: OutgoingMessage = .example,
        configuration: MessageServiceClientConfiguration = MessageServiceClientConfiguration(),
        metadata: @escaping MessageServiceClient.MetadataSource = { [] }
    ) async throws -> MessageServiceError? {
        try await withServer(service) { port in
            try await withClient(
                "http://127.0.0.1:\(port)",
                configuration: configuration,
                metadata: metadata
            ) { client in
                await failure { () throws(MessageServiceError) in try await client.send(message) }
            }
        }
    }

    @Test(arguments: [
        (RPCError.Code.unauthenticated, MessageServiceError.Code.unauthenticated),
        (.permissionDenied, .permissionDenied), (.invalidArgument, .invalidArgument),
        (.failedPrecondition, .failedPrecondition), (.notFound, .notFound), (.resourceExhausted, .resourceExhausted),
        (.unimplemented, .unimplemented), (.unavailable, .unavailable), (.deadlineExceeded, .deadlineExceeded),
        (.cancelled, .other), (.unknown, .other), (.internalError, .other), (.dataLoss, .other), (.outOfRange, .other),
    ])
    func everyStatusHasItsCode(status: RPCError.Code, code: MessageServiceError.Code) async throws {
        service.fail(with: Array(repeating: RPCError(code: status, message: "why\u{7}\n"), count: 4))
        let error = try #require(try await failureOfSending())
        #expect(error.code == code)
        #expect(error.grpcCode == status.rawValue)
        #expect(!error.message.unicodeScalars.contains { $0.value < 32 })
        if status != .deadlineExceeded { #expect(error.message.contains("why")) }
    }

    @Test
    func aLongReasonIsCut() async throws {
        service.fail(with: [RPCError(code: .invalidArgument, message: String(repeating: "x", count: 5_000))])
        let error = try #require(try await failureOfSending())
        #expect(error.message.count < 400)
    }

    @Test
    func credentialsThatCannotBeHadAreToldApart() async throws {
        let error = try #require(try await failureOfSending(metadata: { throw NoToken() }))
        #expect(error.code == .credentialsUnavailable)
        #expect(error.underlying is NoToken)
        #expect(service.received.metadata.isEmpty)
    }

    @Test
    func aSlowServerRunsIntoTheDeadline() async throws {
        let slow = ScriptedService(isOpen: false)
        let configuration = MessageServiceClientConfiguration(
            deadline: .milliseconds(50),
            retry: MessageServiceRetryPolicy(maximumAttempts: 2)
        )
        let error = try await withServer(slow) { port in
            try await withClient("http://127.0.0.1:\(port)", configuration: configuration) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .deadlineExceeded)
    }

    /// The server does not answer before the test is over, so only the cancellation can end the call.
    @Test
    func aCancelledCallEndsAtOnce() async throws {
        let silent = ScriptedService(isOpen: false)
        let error = try await withServer(silent) { port in
            try await withClient("http://127.0.0.1:\(port)") { client in
                await withTaskGroup(of: MessageServiceError?.self) { group in
                    group.addTask {
                        await failure { () throws(MessageServiceError) in
                            _ = try await client.nextMessage(in: .named("ward"))
                        }
                    }
                    await silent.gate.arrivals(1)
                    group.cancelAll()
                    return await group.next() ?? nil
                }
            }
        }
        #expect(error?.code == .cancelled)
    }

    @Test
    func aMessageOverTheLimitIsNotReceived() async throws {
        var small = Messages_BitfountMessage()
        small.body = Data(count: 900)
        var large = small
        large.body = Data(count: 1_200)
        service.deliver(small)
        service.deliver(large)
        let configuration = MessageServiceClientConfiguration(
            retry: MessageServiceRetryPolicy(maximumAttempts: 1),
            limits: MessageServiceLimits(maximumReceivedBytes: 1_024)
        )
        try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", configuration: configuration) { client in
                let first = try await client.nextMessage(in: .named("ward"))
                #expect(first?.body.count == 900)
                let error = await failure { () throws(MessageServiceError) in
                    _ = try await client.nextMessage(in: .named("ward"))
                }
                #expect(error?.code == .messageTooLarge, "\(String(describing: error))")
                let third = try await client.nextMessage(in: .named("ward"))
                #expect(third == nil)
            }
        }
    }

    /// The transport's own limit is 4 MiB; ours must replace it.
    @Test
    func aMessageWithinTheLimitIsReceivedHoweverLarge() async throws {
        var large = Messages_BitfountMessage()
        large.body = Data(repeating: 7, count: 16 << 20)
        service.deliver(large)
        let message = try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)") { try await $0.nextMessage(in: .named("ward")) }
        }
        #expect(message?.body.count == 16 << 20)
        #expect(message?.omittedBytes == 0)
    }

    /// Longer than any task request: what is needed to take it out of its mailbox still arrives.
    @Test
    func ofAMessageThatIsTooLongToBeReadTheReceiptIsReceived() async throws {
        var large = Messages_BitfountMessage()
        large.body = Data(repeating: 7, count: 60 << 20)
        large.receiptHandle = "receipt"
        large.taskID = "task"
        service.deliver(large)
        let message = try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)") { try await $0.nextMessage(in: .named("ward")) }
        }
        #expect(message?.body == [])
        #expect(message?.omittedBytes == 60 << 20)
        #expect(message?.receiptHandle == "receipt")
        #expect(message?.taskID == "task")
    }

    @Test
    func fromTheMailboxOfATaskOnlyShortMessagesAreReceived() async throws {
        var short = Messages_BitfountMessage()
        short.body = Data(repeating: 7, count: 1 << 20)
        var long = short
        long.body = Data(repeating: 7, count: 3 << 20)
        service.deliver(short)
        service.deliver(long)
        try await withServer(service) { [long] port in
            try await withClient("http://127.0.0.1:\(port)") { client in
                let first = try await client.nextMessage(in: .task("worker"))
                #expect(first?.body.count == 1 << 20)
                let error = await failure { () throws(MessageServiceError) in
                    _ = try await client.nextMessage(in: .task("worker"))
                }
                #expect(error?.code == .messageTooLarge)
                // Nor by polls that run beside others.
                service.deliver(long)
                let beside = await failure { () throws(MessageServiceError) in
                    _ = try await client.nextShortMessage(in: .named("ward"))
                }
                #expect(beside?.code == .messageTooLarge)
            }
        }
    }

    @Test
    func aBodyOverTheLimitIsNotSent() async throws {
        var message = OutgoingMessage.example
        message.body = [UInt8](repeating: 0, count: 128 << 10)
        #expect(try await failureOfSending(message) == nil)
        message.body.append(0)
        #expect(try await failureOfSending(message)?.code == .invalidArgument)
        #expect(service.received.sent.count == 1)
    }

    @Test
    func aStoppedClientSaysSo() async throws {
        let error = try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)") { client in
                try await client.send(.example)
                client.shutDown()
                return await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .cancelled)
    }

    @Test
    func shuttingDownLetsCallsFinish() async throws {
        let held = ScriptedService(isOpen: false)
        try await withServer(held) { port in
            try await withClient("http://127.0.0.1:\(port)") { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await client.send(.example) }
                    await held.gate.arrivals(1)
                    client.shutDown()
                    held.gate.open()
                    try await group.waitForAll()
                }
            }
        }
        #expect(held.received.sent.count == 1)
    }
}
