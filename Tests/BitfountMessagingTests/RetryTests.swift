// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import GRPCCore
import Synchronization
import TestSupport
import Testing

@testable import BitfountMessaging

@Suite(.timeLimit(.minutes(1)))
struct RetryTests {
    private let service = ScriptedService()
    private let clock = RecordingClock()

    @Test
    func hiccupsAreBridgedWithGrowingWaits() async throws {
        service.fail(with: [
            RPCError(code: .unavailable, message: ""), RPCError(code: .internalError, message: ""),
            RPCError(code: .aborted, message: ""),
        ])
        try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", clock: clock) { try await $0.send(.example) }
        }
        #expect(service.received.sent.count == 1)
        #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(4)])
    }

    @Test
    func jitterTakesAnyPartOfTheWait() async throws {
        service.fail(with: Array(repeating: RPCError(code: .unavailable, message: ""), count: 3))
        try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", clock: clock, random: { 0.25 }) {
                try await $0.send(.example)
            }
        }
        #expect(clock.sleeps == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    @Test
    func theFourthFailureIsTheCalls() async throws {
        service.fail(with: Array(repeating: RPCError(code: .unavailable, message: "closed for repair"), count: 10))
        let error = try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", clock: clock) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .unavailable)
        #expect(service.received.metadata.count == 4)
        #expect(clock.sleeps.count == 3)
    }

    @Test(arguments: [
        RPCError.Code.unauthenticated, .permissionDenied, .invalidArgument, .failedPrecondition, .unimplemented,
        .resourceExhausted,
    ])
    func refusalsAreNotRepeated(code: RPCError.Code) async throws {
        service.fail(with: [RPCError(code: code, message: "no")])
        let error = try await withServer(service) { port in
            try await withClient("http://127.0.0.1:\(port)", clock: clock) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.grpcCode == code.rawValue)
        #expect(service.received.metadata.count == 1)
    }

    @Test
    func credentialsAreReadAnewForEachAttempt() async throws {
        service.fail(with: [RPCError(code: .unavailable, message: "")])
        let reads = Mutex(0)
        try await withServer(service) { port in
            try await withClient(
                "http://127.0.0.1:\(port)",
                clock: clock,
                metadata: {
                    let number = reads.withLock { count in
                        count += 1
                        return count
                    }
                    return [("Token", "token-\(number)"), ("x-user", "alice")]
                },
                { try await $0.send(.example) }
            )
        }
        let metadata = service.received.metadata
        #expect(metadata.map { Array($0[stringValues: "token"]) } == [["token-1"], ["token-2"]])
        #expect(metadata.allSatisfy { Array($0[stringValues: "x-user"]) == ["alice"] })
    }

    @Test
    func aWaitEndsWithTheTask() async throws {
        service.fail(with: Array(repeating: RPCError(code: .unavailable, message: ""), count: 4))
        // Each wait would take a year.
        let retry = MessageServiceRetryPolicy(baseDelay: .seconds(31_536_000), maximumDelay: .seconds(31_536_000))
        let configuration = MessageServiceClientConfiguration(retry: retry)
        let error = try await withServer(service) { port in
            try await withClient(
                "http://127.0.0.1:\(port)",
                configuration: configuration,
                clock: ContinuousClock()
            ) { client in
                await withTaskGroup(of: MessageServiceError?.self) { group in
                    group.addTask {
                        await failure { () throws(MessageServiceError) in try await client.send(.example) }
                    }
                    await service.gate.arrivals(1)
                    group.cancelAll()
                    return await group.next() ?? nil
                }
            }
        }
        #expect(error?.code == .cancelled)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (100, 60)])
    func waitsDoubleUpToTheirLimit(attempts: Int, seconds: Int) {
        let policy = MessageServiceRetryPolicy(maximumAttempts: .max)
        #expect(policy.delay(afterAttempts: attempts, random: { 1 }) == .seconds(seconds))
        #expect(policy.delay(afterAttempts: attempts, random: { 0 }) == .zero)
    }
}
