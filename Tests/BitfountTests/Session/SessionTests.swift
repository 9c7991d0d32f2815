// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SessionTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func session(_ environment: BitfountEnvironment, _ credentials: Credentials) -> BitfountSession {
        BitfountSession(environment: environment, credentials: credentials, http: http, clock: RecordingClock())
    }

    func fields(_ headers: HTTPHeaders) -> [String: String] {
        Dictionary(headers.map { ($0.name, $0.value) }) { first, _ in first }
    }

    func url(_ text: String) throws -> URL { try #require(URL(string: text)) }

    @Test func sendsThePublicPartOfAKeyToTheHubAndAllOfItToTheAccessManager() async throws {
        let session = session(.production, .acme)
        #expect(
            try await fields(session.headers(for: url("https://hub.bitfount.com/api/pods"))) == [
                "x-api-key-id": "acme-id", "x-api-key": "acme-key",
            ]
        )
        #expect(
            try await fields(session.headers(for: url("https://am.hub.bitfount.com/api/access"))) == [
                "x-api-key-id": "acme-id:acme-am-id", "x-api-key": "acme-key:acme-am-key",
            ]
        )
        let metadata = try await session.messageServiceMetadata()
        #expect(metadata.map(\.0) == ["x-api-key-id", "x-api-key"])
        #expect(metadata.map(\.1) == ["acme-id", "acme-key"])
        #expect(try await session.username() == "acme")
    }

    @Test(arguments: [
        "https://hub.bitfount.com.example/api/pods", "http://hub.bitfount.com/api/pods",
        "https://hub.bitfount.com:8443/",
        "https://xhub.bitfount.com/", "https://example.com/https://hub.bitfount.com",
        "https://hub.bitfount.com@example.com/",
        "https://messaging.bitfount.com/", "https://auth.bitfount.com/oauth/token", "ftp://hub.bitfount.com/",
        "/api/pods",
        "https://hub.staging.bitfount.com/",
    ])
    func sendsNothingElsewhere(_ text: String) async throws {
        #expect(try await session(.production, .acme).headers(for: url(text)).isEmpty)
    }

    @Test(arguments: ["https://HUB.bitfount.com/x", "https://hub.bitfount.com:443", "https://hub.bitfount.com?x"])
    func knowsTheSameOriginInOtherSpellings(_ text: String) async throws {
        #expect(try await session(.production, .acme).headers(for: url(text))["x-api-key"] == "acme-key")
    }

    @Test func keepsOneOriginForBothOnThePublicPart() async throws {
        var environment = BitfountEnvironment.dev
        environment.accessManager = environment.hub
        let headers = try await session(environment, .acme).headers(for: environment.accessManager)
        #expect(headers["x-api-key"] == "acme-key")
    }

    @Test func usesTokensFromElsewhereUntilTwentySecondsBeforeTheyExpire() async throws {
        let start = Date(timeIntervalSince1970: 1_000_000)
        let now = Mutex(start)
        let asked = Mutex(0)
        let session = BitfountSession(
            environment: .production,
            credentials: .bearer(username: "acme") {
                let number = asked.withLock {
                    $0 += 1; return $0
                }
                return AccessToken(token: Secret("t\(number)"), expiresAt: now.withLock { $0 }.addingTimeInterval(100))
            },
            http: http,
            clock: RecordingClock(),
            now: { now.withLock { $0 } }
        )
        #expect(try await session.headers(for: BitfountEnvironment.production.hub)["authorization"] == "Bearer t1")
        now.withLock { $0 = start.addingTimeInterval(79) }
        #expect(try await session.messageServiceMetadata().map(\.1) == ["t1"])
        now.withLock { $0 = start.addingTimeInterval(80) }
        let metadata = try await session.messageServiceMetadata()
        #expect(metadata.map(\.0) == ["token"])
        #expect(metadata.map(\.1) == ["t2"])
    }

    @Test func givesUpOnASourceOfExpiredTokens() async throws {
        let clock = RecordingClock()
        let asked = Mutex(0)
        let session = BitfountSession(
            environment: .production,
            credentials: .bearer(username: "acme") {
                asked.withLock { $0 += 1 }
                return AccessToken(token: Secret("old"), expiresAt: .distantPast)
            },
            http: http,
            clock: clock
        )
        await expect(.notLoggedIn) { try await session.headers(for: BitfountEnvironment.production.hub) }
        #expect(asked.withLock { $0 } == 3)
        #expect(clock.sleeps == [.seconds(1), .seconds(2)])
    }

    @Test func neverShowsSecrets() {
        let credentials = Credentials.apiKey(id: Secret("hush-id"), key: Secret("hush-key"), username: "acme")
        var text = "\(credentials) \(String(reflecting: credentials)) \(String(describing: Secret("hush")))"
        dump(credentials, to: &text)
        dump(
            StoredLogin(accessToken: Secret("hush"), refreshToken: Secret("hush"), idToken: nil, expiresAt: .now),
            to: &text
        )
        #expect(!text.contains("hush"))
    }
}
