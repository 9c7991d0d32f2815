// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import MessagePack
import TestSupport
import Testing

@testable import TaskFlow

/// The scene's deadline is 300 seconds ahead, the decision is due 10 seconds before.
@Suite("Deadlines")
struct DeadlineTests {
    private func task(_ type: AuthenticationType = .keyBased, _ generation: Generation = .g2) async throws
        -> TaskRequest
    {
        try #require(try await ModellerRequest(generation: generation, authenticationType: type).intake().request)
    }

    /// Pauses of just under 1, 2, 4, 8, 16 and then 20 seconds: 31 + 12 * 20 = 271 in all; one more would be too late.
    private func letAllPausesPass(_ clock: ManualClock) async {
        for pause in [1, 2, 4, 8, 16] + Array(repeating: 20, count: 12) {
            await clock.waitForSleeper(dueBefore: .seconds(290))
            clock.advance(by: .seconds(pause))
        }
    }

    @Test("A task whose time is over is refused without asking anybody")
    func alreadyOver() async throws {
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        scene.clock.advance(by: .seconds(290))
        let evaluation = await scene.evaluate(try await task())
        #expect(evaluation.reason == .deadline)
        #expect(evaluation.rejection?.code == .noProofOfIdentity)
        #expect(evaluation.accessManager == nil)
        #expect(scene.accessManager.requests.isEmpty)
    }

    @Test("An Access Manager that recovers is asked again until it answers")
    func recovers() async throws {
        // The transport makes four attempts by itself.
        let scene = try EvaluationScene { _, number in
            number < 5 ? .response(status: 503, body: "") : .code("ACCEPT")
        }
        let task = try await task()
        async let evaluation = scene.evaluate(task)
        await scene.clock.waitForSleeper(dueBefore: .seconds(290))
        scene.clock.advance(by: .seconds(1))
        #expect(await evaluation.authorised != nil)
        #expect(await evaluation.accessManager?.milliseconds == 1_000)
        #expect(scene.accessManager.requests.count == 6)
    }

    @Test(
        "An Access Manager that stays down is asked until the time is up, then the task is refused in time",
        arguments: [true, false]
    )
    func staysDown(drops: Bool) async throws {
        let scene = try EvaluationScene { _, _ in drops ? .drop : .response(status: 502, body: "") }
        let task = try await task()
        let start = scene.clock.now
        async let finished = scene.evaluate(task)
        await letAllPausesPass(scene.clock)
        let evaluation = await finished
        #expect(evaluation.reason == .accessManagerUnreachable)
        #expect(evaluation.by == .failClosed)
        #expect(evaluation.rejection?.code == .noProofOfIdentity)
        #expect(evaluation.accessManager?.status == (drops ? nil : 502))
        #expect(evaluation.accessManager?.milliseconds == 271_000)
        #expect(start.duration(to: scene.clock.now) < .seconds(290))
    }

    @Test("So is one that gives no SAML challenge")
    func noChallenge() async throws {
        let scene = try EvaluationScene { _, _ in .response(status: 500, body: "") }
        let task = try await task(.saml, .g1)
        async let finished = scene.evaluate(task)
        await letAllPausesPass(scene.clock)
        let evaluation = await finished
        #expect(evaluation.reason == .accessManagerUnreachable)
        #expect(evaluation.accessManager?.status == 500)
        #expect(evaluation.accessManager?.milliseconds == 271_000)
    }

    @Test("An identity provider that stays down leaves the modeller unproven, and the Access Manager unasked")
    func identityProviderDown() async throws {
        let answers: [(AuthenticationType, MessagePackValue)] = [
            (.oidcAuthorizationCode, ["auth_code": "a", "code_verifier": "b", "redirect_uri": "c"]),
            (.oidcDeviceCode, ["device_code": "d", "expires_at": "2030-01-01T00:00:00Z", "interval": 5]),
        ]
        for (type, answer) in answers {
            let scene = try EvaluationScene(
                accessManager: { _, _ in .code("ACCEPT") },
                identityProvider: { _, _ in .response(status: 500, body: "") }
            )
            let task = try await task(type)
            async let finished = scene.evaluate(task, ScriptedExchange(answering: answer))
            await letAllPausesPass(scene.clock)
            let evaluation = await finished
            #expect(evaluation.reason == .identityProviderUnreachable)
            #expect(evaluation.rejection?.code == .noProofOfIdentity)
            #expect(evaluation.accessManager == nil)
            #expect(scene.accessManager.requests.isEmpty)
        }
    }

    @Test("An Access Manager that never answers does not hold the task beyond its time")
    func silent() async throws {
        let scene = try EvaluationScene { _, _ in .silence }
        let task = try await task()
        async let evaluation = scene.evaluate(task)
        await scene.accessManager.waitForRequests(1)
        scene.clock.advance(by: .seconds(290))
        #expect(await evaluation.reason == .accessManagerUnreachable)
        #expect(await evaluation.accessManager?.status == nil)
    }

    @Test("A modeller who never answers does not hold the task beyond its time")
    func silentModeller() async throws {
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        let clock = scene.clock
        let exchange = ScriptedExchange { _ throws(IdentityExchangeError) in
            do {
                try await clock.sleep(for: .seconds(100_000))
            } catch {
                throw IdentityExchangeError(.unavailable, "cancelled")
            }
            return .null
        }
        let task = try await task(.oidcDeviceCode)
        async let evaluation = scene.evaluate(task, exchange)
        await clock.waitForSleeper(dueAtOrAfter: .seconds(100_000))
        clock.advance(by: .seconds(290))
        #expect(await evaluation.reason == .identityTimeout)
        #expect(scene.accessManager.requests.isEmpty)
    }

    @Test(
        "A stopping agent interrupts an evaluation, wherever it is",
        arguments: [AuthenticationType.keyBased, .oidcDeviceCode]
    )
    func interrupted(type: AuthenticationType) async throws {
        let scene = try EvaluationScene { _, _ in .silence }
        let clock = scene.clock
        let exchange = ScriptedExchange { _ throws(IdentityExchangeError) in
            do {
                try await clock.sleep(for: .seconds(100_000))
            } catch {
                throw IdentityExchangeError(.unavailable, "cancelled")
            }
            return .null
        }
        let task = try await task(type)
        let evaluation = await withTaskGroup(of: Evaluation.self) { group in
            group.addTask { await scene.evaluate(task, exchange) }
            if type == .keyBased {
                await scene.accessManager.waitForRequests(1)
            } else {
                await clock.waitForSleeper(dueAtOrAfter: .seconds(100_000))
            }
            group.cancelAll()
            return await group.next()
        }
        #expect(evaluation?.reason == .interrupted)
        #expect(evaluation?.authorised == nil)
    }
}
