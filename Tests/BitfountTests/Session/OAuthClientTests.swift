// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct OAuthClientTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])
    let clock = RecordingClock()
    let provider: IdentityProvider
    let client: OAuthClient

    init() throws {
        provider = try IdentityProvider()
        client = OAuthClient(environment: try .test(oauth: provider.server), http: http, clock: clock)
    }

    let pending = ScriptedResponse(403, #"{"error":"authorization_pending"}"#)

    func poll(every interval: Duration = .seconds(5), for time: Duration = .seconds(60)) async throws -> OAuthGrant {
        try await client.pollDeviceCode(Secret("dc"), every: interval, for: time)
    }

    @Test func exchangesAModellersCode() async throws {
        let grant = try await client.exchangeAuthorizationCode(
            Secret("good"),
            verifier: Secret("v"),
            redirectURI: "http://localhost:29206/api/auth/callback/auth0"
        )
        #expect(grant.accessToken == Secret("modeller-token"))
        #expect(grant.expiresIn == nil)
        #expect(
            try #require(provider.requests.first).form == [
                ["grant_type", "authorization_code"], ["client_id", "client-1"], ["code", "good"],
                ["code_verifier", "v"],
                ["redirect_uri", "http://localhost:29206/api/auth/callback/auth0"],
            ]
        )
    }

    @Test func saysThatACodeWasRefused() async throws {
        let error = await expect(.identityRefused) {
            try await client.exchangeAuthorizationCode(Secret("bad-code"), verifier: Secret("v"), redirectURI: "x")
        }
        #expect(error?.message.contains("invalid_grant") == true)
        #expect(error.map { "\($0)" }?.contains("bad-code") == false)
    }

    @Test(arguments: [
        (Duration.seconds(-5), Duration.seconds(1)), (.zero, .seconds(1)), (.seconds(7), .seconds(7)),
        (.seconds(3_000_000), .seconds(30)),
    ])
    func clampsTheInterval(_ asked: Duration, _ used: Duration) async throws {
        provider.change { $0.pollAnswers = [pending, pending] }
        _ = try await poll(every: asked, for: .seconds(300))
        #expect(clock.sleeps == [used, used])
    }

    @Test func stopsAtTheDeadline() async throws {
        provider.change { $0.pollAnswers = Array(repeating: pending, count: 100) }
        await expect(.timedOut) { try await poll(every: .seconds(5), for: .seconds(12)) }
        #expect(provider.requests.count == 3)
        await expect(.timedOut) { try await poll(for: .zero) }
        #expect(provider.requests.count == 3)
    }

    @Test(arguments: [
        #"{"error":"access_denied"}"#, #"{"error":"expired_token"}"#,
        #"{"error":"invalid_grant","error_description":"<b>"}"#,
    ])
    func stopsWhenTheTenantSaysNo(_ body: String) async throws {
        provider.change { $0.pollAnswers = [ScriptedResponse(403, body)] }
        await expect(.identityRefused) { try await poll() }
        #expect(provider.requests.count == 1)
    }

    static let unclear: [(ScriptedResponse, BitfountError.Code)] = [
        (ScriptedResponse(403, "no json"), .forbidden), (ScriptedResponse(429, "<html>"), .rateLimited),
        (ScriptedResponse(400, #"{"error":"Bad\nstuff"}"#), .unexpectedStatus),
        (ScriptedResponse(500, #"{"error":"access_denied"}"#), .serverFailure),
        (ScriptedResponse(200, #"{"error":"authorization_pending"}"#), .malformedResponse),
        (ScriptedResponse(200, "{"), .malformedResponse),
    ]

    /// Codes go nowhere else.
    @Test func stopsAtARedirect() async throws {
        provider.change { $0.pollAnswers = [ScriptedResponse(302, headers: [("Location", "/")], "")] }
        await expect(.unexpectedStatus) { try await poll() }
        #expect(provider.requests.count == 1)
    }

    @Test(arguments: unclear)
    func goesOnAfterAnAnswerThatMeansNothing(_ answer: ScriptedResponse, _: BitfountError.Code) async throws {
        provider.change { $0.pollAnswers = [answer, pending, answer] }
        #expect(try await poll().accessToken == Secret("access-1"))
    }

    @Test(arguments: unclear)
    func stopsAtSeveralInARow(_ answer: ScriptedResponse, _ code: BitfountError.Code) async throws {
        provider.change { $0.pollAnswers = Array(repeating: answer, count: 100) }
        await expect(code) { try await poll() }
        #expect(provider.requests.count == OAuthLimits().unclearPolls)
    }

    @Test func slowsDownByFiveSecondsEachTime() async throws {
        let slowDown = ScriptedResponse(400, #"{"error":"slow_down"}"#)
        provider.change { $0.pollAnswers = Array(repeating: slowDown, count: 12) }
        _ = try await poll(every: .seconds(5), for: .seconds(3_000))
        #expect(clock.sleeps == (1...12).map { .seconds(min(5 + 5 * $0, 60)) })
    }

    @Test func stopsWhenCancelled() async throws {
        provider.change { $0.pollAnswers = Array(repeating: pending, count: 100) }
        let client = OAuthClient(environment: try .test(oauth: provider.server), http: http)
        let task = Task { try await client.pollDeviceCode(Secret("dc"), every: .seconds(30), for: .seconds(300)) }
        await provider.server.wait { $0.requests.count == 1 }
        task.cancel()
        await expect(.cancelled) { try await task.value }
    }
}
