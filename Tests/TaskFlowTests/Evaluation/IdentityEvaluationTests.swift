// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import MessagePack
import TestSupport
import Testing

@testable import TaskFlow

@Suite("Evaluation with an identity exchange")
struct IdentityEvaluationTests {
    private static let codeAnswer: MessagePackValue = [
        "auth_code": "code-1", "code_verifier": "verifier-1", "redirect_uri": "http://localhost:29206/cb?a=b%20c",
    ]
    private static let deviceAnswer: MessagePackValue = [
        "device_code": "device-1", "expires_at": "2025-06-01T12:02:00+00:00", "interval": 5,
    ]

    private func task(_ type: AuthenticationType, _ generation: Generation = .g2) async throws -> TaskRequest {
        let request = ModellerRequest(generation: generation, authenticationType: type)
        return try #require(try await request.intake().request)
    }

    private static func token(_ token: String) -> ScriptedService.Answer {
        .response(status: 200, body: #"{"access_token": "\#(token)", "token_type": "Bearer"}"#)
    }

    private static func error(_ name: String, status: Int = 403) -> ScriptedService.Answer {
        .response(status: status, body: #"{"error": "\#(name)"}"#)
    }

    // MARK: Authorization code

    @Test("Authorization code: challenge, exchange, verdict", arguments: Generation.allCases)
    func authorizationCode(generation: Generation) async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, _ in Self.token("modeller-token") }
        )
        let exchange = ScriptedExchange(answering: Self.codeAnswer)
        let evaluation = await scene.evaluate(try await task(.oidcAuthorizationCode, generation), exchange)
        #expect(evaluation.authorised != nil)
        #expect(evaluation.method == .oidcAuthorizationCode)
        #expect(
            exchange.questions == [
                .init(
                    type: .oidcChallenge,
                    body: ["client_id": "client-1"],
                    expected: .oidcAuthorizationCodeResponse
                )
            ]
        )
        let asked = try #require(scene.identityProvider.requests.first)
        #expect(asked.line == "POST /oauth/token")
        #expect(
            asked.form == [
                "grant_type": "authorization_code", "client_id": "client-1", "code": "code-1",
                "code_verifier": "verifier-1", "redirect_uri": "http://localhost:29206/cb?a=b%20c",
            ]
        )
        let json = try #require(scene.accessManager.requests.first).json
        #expect(json["identityProvider"] as? String == "OIDC")
        #expect(json["modellerToken"] as? String == "modeller-token")
        #expect(json["modellerName"] as? String == "alice")
    }

    @Test("A code that the provider refuses is no proof, and the Access Manager is not asked")
    func refusedCode() async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, _ in Self.error("invalid_grant") }
        )
        let evaluation = await scene.evaluate(
            try await task(.oidcAuthorizationCode),
            ScriptedExchange(answering: Self.codeAnswer)
        )
        #expect(evaluation.reason == .identityRefused)
        #expect(evaluation.rejection?.code == .noProofOfIdentity)
        #expect(evaluation.accessManager == nil)
        #expect(scene.accessManager.requests.isEmpty)
    }

    // MARK: Device code

    @Test("Device code: challenge, polling, verdict", arguments: Generation.allCases)
    func deviceCode(generation: Generation) async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, number in
                number < 2 ? Self.error("authorization_pending") : Self.token("device-token")
            }
        )
        let exchange = ScriptedExchange(answering: Self.deviceAnswer)
        let task = try await task(.oidcDeviceCode, generation)
        async let evaluation = scene.evaluate(task, exchange)
        for _ in 1...2 {
            await scene.clock.waitForSleeper(dueBefore: .seconds(120))
            scene.clock.advance(by: .seconds(5))
        }
        #expect(await evaluation.authorised != nil)
        #expect(await evaluation.method == .oidcDeviceCode)
        #expect(exchange.questions.map(\.expected) == [.oidcDeviceCodeResponse])
        #expect(scene.identityProvider.requests.count == 3)
        #expect(scene.identityProvider.requests.first?.form["device_code"] == "device-1")
        let json = try #require(scene.accessManager.requests.first).json
        #expect(json["modellerToken"] as? String == "device-token")
    }

    @Test("The modeller can't make the agent poll longer than its code lives")
    func deviceCodeExpires() async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, _ in Self.error("authorization_pending") }
        )
        let answer: MessagePackValue = [
            "device_code": "device-1", "expires_at": "2025-06-01T12:00:08Z", "interval": 5,
        ]
        let task = try await task(.oidcDeviceCode)
        async let evaluation = scene.evaluate(task, ScriptedExchange(answering: answer))
        await scene.clock.waitForSleeper(dueBefore: .seconds(8))
        scene.clock.advance(by: .seconds(5))
        // With three seconds of life left, another poll in five is not waited for.
        #expect(await evaluation.reason == .identityTimeout)
        #expect(scene.identityProvider.requests.count == 2)
    }

    @Test("Nor longer than the task's deadline, nor faster than once a second")
    func deviceCodeClamped() async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, _ in Self.error("authorization_pending") }
        )
        let answer: MessagePackValue = [
            "device_code": "device-1", "expires_at": "9999-12-31T23:59:59Z", "interval": -5,
        ]
        let task = try await task(.oidcDeviceCode)
        async let evaluation = scene.evaluate(task, ScriptedExchange(answering: answer))
        for _ in 1...289 {
            await scene.clock.waitForSleeper(dueBefore: .seconds(290))
            scene.clock.advance(by: .seconds(1))
        }
        #expect(await evaluation.reason == .identityTimeout)
        #expect(scene.identityProvider.requests.count == 290)
        #expect(scene.accessManager.requests.isEmpty)
    }

    @Test("A code that was expired when it came is not polled")
    func deviceCodeExpired() async throws {
        let scene = try EvaluationScene(accessManager: { _, _ in .code("ACCEPT") })
        let answer: MessagePackValue = [
            "device_code": "device-1", "expires_at": "2025-06-01T12:00:00Z", "interval": 5,
        ]
        let evaluation = await scene.evaluate(try await task(.oidcDeviceCode), ScriptedExchange(answering: answer))
        #expect(evaluation.reason == .identityTimeout)
        #expect(scene.identityProvider.requests.isEmpty)
    }

    @Test(
        "A login that the modeller declines is final",
        arguments: ["access_denied", "expired_token", "invalid_grant"]
    )
    func declined(error: String) async throws {
        let scene = try EvaluationScene(
            accessManager: { _, _ in .code("ACCEPT") },
            identityProvider: { _, _ in Self.error(error) }
        )
        let evaluation = await scene.evaluate(
            try await task(.oidcDeviceCode),
            ScriptedExchange(answering: Self.deviceAnswer)
        )
        #expect(evaluation.reason == .identityRefused)
        #expect(scene.identityProvider.requests.count == 1)
    }

    // MARK: SAML

    @Test("SAML: the id of the challenge stays here, the form goes along below the agent's own fields")
    func saml() async throws {
        let scene = try EvaluationScene { request, _ in
            request.line.hasPrefix("GET")
                ? .response(status: 200, body: #"{"samlRequest": "c2FtbA==", "id": "_secret-id"}"#) : .code("ACCEPT")
        }
        let form: MessagePackValue = [
            "SAMLResponse": "PHNhbWw+", "RelayState": "state-1", "podIdentifier": "mallory/ward",
            "modellerName": "mallory", "originalSAMLRequestID": "_other", "identityProvider": "OIDC",
            "projectId": "p", "modellerProtocolRequest": "x",
        ]
        let exchange = ScriptedExchange(answering: form)
        let evaluation = await scene.evaluate(try await task(.saml, .g1), exchange)
        #expect(evaluation.authorised != nil)
        #expect(evaluation.method == .saml)
        #expect(exchange.questions == [.init(type: .samlRequest, body: "c2FtbA==", expected: .samlResponse)])
        #expect(scene.accessManager.requests.map(\.line) == ["GET /api/saml?idp=cli", "POST /api/access?idp=cli"])
        let json = try #require(scene.accessManager.requests.last).json
        #expect(json["SAMLResponse"] as? String == "PHNhbWw+")
        #expect(json["RelayState"] as? String == "state-1")
        #expect(json["podIdentifier"] as? String == "acme/ward")
        #expect(json["modellerName"] as? String == "alice")
        #expect(json["originalSAMLRequestID"] as? String == "_secret-id")
        #expect(json["identityProvider"] as? String == "SAML")
        #expect(json["projectId"] as? String == "project-1")
        #expect(json["modellerProtocolRequest"] is [String: Any])
    }

    @Test("Without a challenge of the Access Manager the modeller is not asked")
    func noChallenge() async throws {
        let scene = try EvaluationScene { _, _ in .response(status: 404, body: "{}") }
        let evaluation = await scene.evaluate(try await task(.saml, .g1))
        #expect(evaluation.reason == .accessManagerRefused)
        #expect(evaluation.accessManager?.status == 404)
    }

    // MARK: Modellers

    static let interactive: [(AuthenticationType, Generation)] = [
        (.oidcAuthorizationCode, .g2), (.oidcDeviceCode, .g2), (.saml, .g1),
    ]

    private func sceneWithChallenges() throws -> EvaluationScene {
        try EvaluationScene { request, _ in
            request.line.hasPrefix("GET")
                ? .response(status: 200, body: #"{"samlRequest": "c2FtbA==", "id": "_secret-id"}"#) : .code("ACCEPT")
        }
    }

    @Test("Answers of another form are no proof", arguments: interactive)
    func malformedAnswer(type: AuthenticationType, generation: Generation) async throws {
        var extended = Self.deviceAnswer.mapValue ?? [:]
        extended["extra"] = "x"
        var unreadable = Self.deviceAnswer.mapValue ?? [:]
        unreadable["expires_at"] = "soon"
        let answers: [MessagePackValue] = [.null, [:], "x", ["auth_code": "a"], .map(extended), .map(unreadable), [1]]
        // Any form of texts is a SAML form; the Access Manager judges it.
        for answer in answers where type != .saml || answer != ["auth_code": "a"] {
            let scene = try sceneWithChallenges()
            let evaluation = await scene.evaluate(
                try await task(type, generation),
                ScriptedExchange(answering: answer)
            )
            #expect(evaluation.reason == .malformedIdentityAnswer)
            #expect(evaluation.rejection?.code == .noProofOfIdentity)
            #expect(!scene.accessManager.requests.contains { $0.line.hasPrefix("POST") })
        }
    }

    @Test("A modeller who does not answer, withdraws or can't be reached is refused", arguments: interactive)
    func exchangeFails(type: AuthenticationType, generation: Generation) async throws {
        let outcomes: [(IdentityExchangeError.Code, DecisionReason)] = [
            (.timedOut, .identityTimeout), (.cancelledByModeller, .cancelledByModeller),
            (.unavailable, .identityChannelFailed),
        ]
        for (code, reason) in outcomes {
            let scene = try sceneWithChallenges()
            let exchange = ScriptedExchange { _ throws(IdentityExchangeError) in
                throw IdentityExchangeError(code, "scripted")
            }
            let evaluation = await scene.evaluate(try await task(type, generation), exchange)
            #expect(evaluation.reason == reason)
            #expect(evaluation.rejection?.code == .noProofOfIdentity)
        }
    }
}
