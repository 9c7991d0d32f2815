// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// Signing in and staying signed in (flame-hub.md, 2.1 to 2.4).
@Suite(.timeLimit(.minutes(1))) struct SignInTests {
    /// Answers `/auth/token` with one reply after the other, and everything else with an empty list.
    private func fixture(_ replies: [Reply], _ other: @escaping @Sendable (SeenRequest) -> Reply = { _ in .list([]) })
        throws -> HubFixture
    {
        let index = Counter()
        return try HubFixture { request in
            guard request.path == "/auth/token" else { return other(request) }
            return replies[min(index.next(), replies.count - 1)]
        }
    }

    final class Counter: Sendable {
        private let value = Mutex(0)
        func next() -> Int {
            value.withLock {
                $0 += 1; return $0 - 1
            }
        }
    }

    private func tokenRequests(_ fixture: HubFixture) -> [JSONObject] {
        fixture.server.requests(to: "/auth/token").map(\.json)
    }

    private static let grants: [(HubCredential, JSONObject)] = [
        (
            .password(username: "u", password: "p"),
            ["grant_type": "password", "username": "u", "password": "p"]
        ),
        (
            .password(username: "u", password: "p", realm: "clinic"),
            ["grant_type": "password", "username": "u", "password": "p", "realm_id": "clinic"]
        ),
        (.client(id: "c", secret: "s"), ["grant_type": "client_credentials", "client_id": "c", "client_secret": "s"]),
        (.robot(id: "r", secret: "s"), ["grant_type": "robot_credentials", "id": "r", "secret": "s"]),
    ]

    @Test(arguments: grants)
    func sendsTheGrant(_ credential: HubCredential, _ body: StrictJSON.JSONObject) async throws {
        let fixture = try fixture([.token("t1")])
        defer { fixture.server.stop() }
        _ = try await fixture.hub.session(as: credential).core.nodes.find()
        #expect(tokenRequests(fixture) == [body])
        let request = try #require(fixture.server.requests(to: "/auth/token").first)
        #expect(request.method == "POST")
        #expect(request.headers["Content-Type"] == "application/json")
        #expect(request.token == nil)
        #expect(fixture.server.requests(to: "/core/nodes").first?.token == "t1")
    }

    @Test func signsInOnceForEverybody() async throws {
        let fixture = try fixture([.token("t1")])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "s"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await session.core.nodes.find() } }
            try await group.waitForAll()
        }
        _ = try await session.storage.buckets.find()
        #expect(tokenRequests(fixture).count == 1)
    }

    @Test func renewsEarlyWithTheRefreshToken() async throws {
        let fixture = try fixture([
            .token("t1", refresh: "r1"), .token("t2", refresh: "r2"), .token("t3", refresh: "r3"),
        ])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .password(username: "u", password: "p"))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(809))
        _ = try await session.core.nodes.find()
        #expect(tokenRequests(fixture).count == 1)
        // A tenth of 900 s before the end.
        fixture.clock.advance(by: .seconds(2))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(10_000))
        _ = try await session.core.nodes.find()
        #expect(
            tokenRequests(fixture).dropFirst() == [
                ["grant_type": "refresh_token", "refresh_token": "r1"],
                ["grant_type": "refresh_token", "refresh_token": "r2"],
            ]
        )
        #expect(fixture.server.requests(to: "/core/nodes").map(\.token) == ["t1", "t1", "t2", "t3"])
    }

    @Test func asksAgainWithTheSecretIfThereIsNoRefreshToken() async throws {
        let fixture = try fixture([.token("t1"), .token("t2")])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "s"))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(900))
        _ = try await session.core.nodes.find()
        #expect(tokenRequests(fixture).map { $0["grant_type"] } == ["client_credentials", "client_credentials"])
    }

    /// The Python client keeps the dead token for ever.
    @Test func fallsBackToThePasswordWhenTheRefreshTokenIsDead() async throws {
        let dead = Reply.json(#"{"name":"X","message":"The JWT is invalid","code":"invalid_grant"}"#, status: 400)
        let fixture = try fixture([.token("t1", refresh: "r1"), dead, .token("t2", refresh: "r2"), .token("t3")])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .password(username: "u", password: "p"))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(900))
        _ = try await session.core.nodes.find()
        #expect(tokenRequests(fixture).map { $0["grant_type"] } == ["password", "refresh_token", "password"])
        fixture.clock.advance(by: .seconds(900))
        _ = try await session.core.nodes.find()
        #expect(tokenRequests(fixture).last?["refresh_token"] == "r2")
    }

    @Test(arguments: [
        Reply.json(
            #"{"name":"EntityCredentialsInvalidError","message":"The user credentials are invalid.","code":"invalid_credentials"}"#,
            status: 400
        ),
        .json(
            #"{"message":"Client authentication failed","code":"invalid_client","error":"invalid_client"}"#,
            status: 401
        ),
        .json(#"{"message":"inactive","code":"entity_inactive"}"#, status: 400),
        .json(#"{"message":"second factor","code":"mfa_required","kinds":["totp"]}"#, status: 400),
    ])
    func leavesTheSignInAloneAfterARefusal(_ refusal: Reply) async throws {
        let fixture = try fixture([refusal])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .password(username: "u", password: "hunter2"))
        for (wait, requests) in [
            (0, 1), (29, 1), (2, 2), (58, 2), (3, 3), (119, 3), (2, 4), (239, 4), (2, 5), (479, 5), (2, 6),
            (599, 6), (2, 7), (599, 7), (2, 8),
        ] {
            fixture.clock.advance(by: .seconds(wait))
            let error = await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
            #expect(error?.code == .authentication)
            #expect(error?.response?.code != nil)
            #expect(tokenRequests(fixture).count == requests, "after \(wait) s")
            #expect(!"\(String(describing: error)) \(String(reflecting: session))".contains("hunter2"))
        }
        #expect(fixture.server.requests(to: "/core/nodes").isEmpty)
    }

    @Test func saysThatRobotsAreGone() async throws {
        let fixture = try fixture([
            .json(
                #"{"code":"unsupported_token_grant_type","error":"unsupported_grant_type","message":"x"}"#,
                status: 400
            )
        ])
        defer { fixture.server.stop() }
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.hub.session(as: .robot(id: "r", secret: "s")).core.nodes.find()
        }
        #expect(error?.code == .unsupported)
    }

    /// How a bad token looks, by service and version (flame-hub.md, 2.4).
    @Test(arguments: [
        Reply.json(
            #"{"statusCode":401,"code":"identity_unauthorized","message":"Authentication required.","issues":[]}"#,
            status: 401
        ),
        .text("<html>", status: 401),
        .json(#"{"code":"invalid_token","message":"x"}"#, status: 400),
        .json(#"{"code":"expired_token","message":"x"}"#, status: 400),
        .json(#"{"code":"inactive_token","message":"x"}"#, status: 400),
        .json(#"{"statusCode":500,"code":"internal_error","message":"The JWT is invalid.","issues":[]}"#, status: 500),
        // As a running 0.14.0 and 0.12.5 answered.
        .json(
            #"{"statusCode":500,"code":"internal_error","message":"Property token is invalid","issues":[]}"#,
            status: 500
        ),
        .json(
            #"{"statusCode":500,"code":"internal_error","message":"The token payload is invalid.","issues":[]}"#,
            status: 500
        ),
        .json(
            #"{"statusCode":500,"code":"internal_error","message":"The JWK abc could not be found.","issues":[]}"#,
            status: 500
        ),
        .json(#"{"statusCode":400,"code":"jwk_not_found","message":"x","issues":[]}"#, status: 400),
        .json(
            #"{"statusCode":400,"code":"VALIDUP_ERROR","message":"Property token is invalid","issues":[]}"#,
            status: 400
        ),
    ])
    func renewsOnceAndReplaysOnce(_ rejection: Reply) async throws {
        let fixture = try fixture([.token("t1"), .token("t2")]) {
            $0.token == "t1" ? rejection : .record(Rows.node(1), status: 201)
        }
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "s"))
        // Also for a call that must not be repeated: it was refused before anything was done.
        try await session.core.nodes.create(.init(name: "my-node-1"))
        #expect(fixture.server.requests(to: "/core/nodes").map(\.token) == ["t1", "t2"])
        #expect(fixture.server.requests(to: "/core/nodes").map(\.body).count == 2)
        #expect(tokenRequests(fixture).count == 2)
    }

    @Test func givesUpWhenTheNewTokenIsNoBetter() async throws {
        let rejection = Reply.json(#"{"code":"internal_error","message":"The JWT is invalid."}"#, status: 500)
        let fixture = try fixture([.token("t1"), .token("t2"), .token("t3")]) { _ in rejection }
        defer { fixture.server.stop() }
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.hub.session(as: .client(id: "c", secret: "s")).core.nodes.find()
        }
        #expect(error?.code == .authentication)
        #expect(error?.status == 500)
        #expect(fixture.server.requests(to: "/core/nodes").count == 2)
    }

    @Test(arguments: [
        Reply.json(#"{"code":"internal_error","message":"Cannot read properties of undefined"}"#, status: 500),
        .json(#"{"code":"entity_conflict","message":"The token is taken"}"#, status: 500),
        .json(#"["The JWT is invalid"]"#, status: 500),
        // Auth is away, which says nothing of the token; the word alone does not either.
        .json(#"{"code":"internal_error","message":"fetch failed (POST http://auth/token/introspect)"}"#, status: 500),
        .json(#"{"code":"invalid_token","message":"fetch failed (POST http://auth/token/introspect)"}"#, status: 400),
        .json(
            #"{"code":"internal_error","message":"The input syntax is invalid: Unexpected token in filter expression: x"}"#,
            status: 500
        ),
        .text("<html>token</html>", status: 502),
    ])
    func tellsOtherFailuresApart(_ failure: Reply) async throws {
        let fixture = try fixture([.token("t1")]) { _ in failure }
        defer { fixture.server.stop() }
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.hub.session(as: .client(id: "c", secret: "s")).core.nodes.create(.init(name: "abc"))
        }
        #expect(error?.code == .server)
        #expect(tokenRequests(fixture).count == 1)
    }

    /// Auth ends the whole session when a refresh token comes twice: one whose answer was lost is not tried again.
    @Test func aRefreshTokenIsUsedOnce() async throws {
        let fixture = try fixture([.token("t1", refresh: "r1"), .text("", status: 503), .token("t2", refresh: "r2")])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .password(username: "u", password: "p"))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(900))
        await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
        _ = try await session.core.nodes.find()
        #expect(tokenRequests(fixture).map { $0["grant_type"] } == ["password", "refresh_token", "password"])
    }

    @Test func aChangedSecretIsReadBeforeTheClientIsGivenUp() async throws {
        let fixture = try HubFixture { request in
            guard request.path == "/auth/token" else { return .list([]) }
            return request.json["client_secret"] == "new"
                ? .token("t") : .json(#"{"code":"invalid_client"}"#, status: 401)
        }
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "old")) { .client(id: "c", secret: "new") }
        _ = try await session.core.nodes.find()
        #expect(fixture.server.requests(to: "/auth/token").count == 2)
        // One that did not change is not tried twice.
        let other = fixture.hub.session(as: .client(id: "c", secret: "old")) { .client(id: "c", secret: "old") }
        let error = await #expect(throws: FlameHubError.self) { try await other.core.nodes.find() }
        #expect(error?.code == .authentication)
        #expect(fixture.server.requests(to: "/auth/token").count == 3)
    }

    @Test func aClientIsNamedWithItsRealmAndAnIDWithoutOne() {
        let id = "6b2a1f8e-0000-4000-8000-000000000001"
        #expect(HubCredential.client(id: "node", secret: "s", realm: "clinic").grant?["realm_id"] == "clinic")
        #expect(HubCredential.client(id: id, secret: "s", realm: "clinic").grant?["realm_id"] == nil)
    }

    @Test func neverRenewsAGivenToken() async throws {
        let fixture = try fixture([]) { _ in .text("", status: 401) }
        defer { fixture.server.stop() }
        let session = fixture.session
        for _ in 0..<2 {
            let error = await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
            #expect(error?.code == .authentication)
        }
        #expect(fixture.server.requests(to: "/core/nodes").count == 1)
    }

    @Test func keepsAGoodTokenWhenAnEarlyRenewalFails() async throws {
        let fixture = try fixture([.token("t1"), .text("", status: 503), .token("t2")])
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "s"))
        _ = try await session.core.nodes.find()
        fixture.clock.advance(by: .seconds(820))
        _ = try await session.core.nodes.find()
        _ = try await session.core.nodes.find()
        #expect(fixture.server.requests(to: "/core/nodes").map(\.token) == ["t1", "t1", "t2"])
    }

    @Test(arguments: [
        "{}", "[]", #"{"access_token":"","expires_in":900}"#, #"{"access_token":"t"}"#,
        #"{"access_token":"t","expires_in":0}"#, #"{"access_token":"t","expires_in":1e300}"#, "<html>",
    ])
    func refusesRepliesWithoutAToken(_ reply: String) async throws {
        let fixture = try fixture([.json(reply)])
        defer { fixture.server.stop() }
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.hub.session(as: .client(id: "c", secret: "s")).core.nodes.find()
        }
        #expect(error?.code == .malformedResponse)
    }

    @Test func hidesCredentials() {
        for credential in [
            HubCredential.password(username: "u", password: "hunter2"), .client(id: "c", secret: "hunter2"),
            .token("hunter2"),
        ] {
            var dump = ""
            Swift.dump(credential, to: &dump)
            #expect(!"\(credential) \(String(reflecting: credential)) \(dump)".contains("hunter2"))
        }
    }

    @Test func actsForSomebodyElseForOneCall() async throws {
        let fixture = try HubFixture { request in
            if request.path == "/auth/token" {
                return .token(request.json["grant_type"] == "password" ? "owner" : "node")
            }
            return request.method == "GET"
                ? .list([]) : .record(Rows.part(1, ["approvalStatus": "approved"]), status: 202)
        }
        defer { fixture.server.stop() }
        let node = fixture.hub.session(as: .client(id: "c", secret: "s"))
        let owner = HubAuthenticator(.password(username: "u", password: "p"), auth: fixture.hub.auth)
        _ = try await node.core.analysisNodes.find()
        try await node.core.acting(as: owner).analysisNodes.approve(Rows.id(1))
        #expect(fixture.calls.filter { $0.path.hasPrefix("/core/") }.map(\.token) == ["node", "owner"])
        #expect(fixture.server.requests(to: "/core/").count == 1)
    }
}
