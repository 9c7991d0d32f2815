// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// 429 holds back an identity at a service (flame-hub.md, 6.9 and 7.5).
@Suite(.timeLimit(.minutes(1))) struct PauseTests {
    @Test func waitsAsLongAsTheHubAsksAndGoesOn() async throws {
        let count = SignInTests.Counter()
        let fixture = try HubFixture { _ in count.next() == 0 ? .tooMany : .record(Rows.node(1), status: 201) }
        defer { fixture.server.stop() }
        try await fixture.session.core.nodes.create(.init(name: "my-node-1"))
        #expect(fixture.clock.sleeps == [.seconds(60)])
        #expect(fixture.server.requests(to: "/core/nodes").count == 2)
    }

    @Test func holdsBackOneIdentityAtOneService() async throws {
        var limits = HubFixture.limits
        limits.maximumPauses = 0
        let count = SignInTests.Counter()
        let fixture = try HubFixture(limits: limits) { _ in count.next() == 0 ? .tooMany : .list([]) }
        defer { fixture.server.stop() }
        let session = fixture.session
        let error = await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == .seconds(60))
        #expect(error?.response == nil)
        #expect(error?.headers?["ratelimit-limit"] == "60000")
        #expect(error?.bodyExcerpt == "Too many requests, please try again later.")
        #expect(fixture.clock.sleeps.isEmpty)
        // Neither another service nor another identity is held back.
        _ = try await session.storage.buckets.find()
        _ = try await fixture.anyone.core.projects.find()
        #expect(fixture.clock.sleeps.isEmpty)
        _ = try await session.core.projects.find()
        #expect(fixture.clock.sleeps == [.seconds(60)])
    }

    /// A data owner who is throttled at the sign-in never stops the node.
    @Test func aThrottledSignInHoldsBackNobodyElse() async throws {
        var limits = HubFixture.limits
        limits.maximumPauses = 0
        let fixture = try HubFixture(limits: limits) { request in
            guard request.path == "/auth/token" else { return .list([]) }
            return request.json["grant_type"] == "password" ? .tooMany : .token("t")
        }
        defer { fixture.server.stop() }
        let owner = fixture.hub.session(as: .password(username: "u", password: "p"))
        await #expect(throws: FlameHubError.self) { try await owner.core.nodes.find() }
        _ = try await fixture.hub.session(as: .client(id: "c", secret: "s")).core.nodes.find()
        #expect(fixture.clock.sleeps.isEmpty)
    }

    /// The question for the version is nobody's business to wait for.
    @Test func aRefusedProbeStopsNobody() async throws {
        let fixture = try HubFixture(version: nil) { request in
            request.path == "/core/" ? .tooMany : .list([Rows.node(1)])
        }
        defer { fixture.server.stop() }
        #expect(try await fixture.session.core.nodes.find().count == 1)
        #expect(fixture.clock.sleeps.isEmpty)
    }

    @Test func failsInsteadOfWaitingForEver() async throws {
        let fixture = try HubFixture { _ in .text("", status: 429, headers: ["Retry-After: 86400"]) }
        defer { fixture.server.stop() }
        let session = fixture.session
        for _ in 0..<2 {
            let error = await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
            #expect(error?.code == .rateLimited)
        }
        #expect(fixture.server.requests(to: "/core/nodes").count == 1)
        // A server can't hold the client back for longer than a quarter of an hour.
        fixture.clock.advance(by: .seconds(901))
        await #expect(throws: FlameHubError.self) { try await session.core.nodes.find() }
        #expect(fixture.server.requests(to: "/core/nodes").count == 2)
    }

    @Test(arguments: [
        (Reply.text("", status: 429, headers: ["Retry-After: Thu, 20 Aug 2026 14:59:18 GMT"]), Duration.seconds(30)),
        (.text("", status: 429), .seconds(60)),
        (.text("", status: 429, headers: ["Retry-After: soon"]), .seconds(60)),
        (.json(#"{"code":"login_attempt_throttled","message":"x","retryAfter":45}"#, status: 429), .seconds(45)),
    ])
    func readsHowLong(_ reply: Reply, _ expected: Duration) async throws {
        var limits = HubFixture.limits
        limits.maximumPauses = 0
        let fixture = try HubFixture(limits: limits) { _ in reply }
        defer { fixture.server.stop() }
        let error = await #expect(throws: FlameHubError.self) { try await fixture.session.core.nodes.find() }
        #expect(error?.retryAfter == expected)
    }

    @Test func repeatsReadsAfterFailuresOnTheWay() async throws {
        let count = SignInTests.Counter()
        let fixture = try HubFixture { _ in count.next() < 2 ? .text("<html>", status: 502) : .list([]) }
        defer { fixture.server.stop() }
        _ = try await fixture.session.core.nodes.find()
        #expect(fixture.server.requests(to: "/core/nodes").count == 3)
    }

    @Test func neverRepeatsCreationsAndDeletions() async throws {
        let fixture = try HubFixture { _ in .text("<html>", status: 503) }
        defer { fixture.server.stop() }
        await #expect(throws: FlameHubError.self) { try await fixture.session.core.nodes.create(.init(name: "abc")) }
        await #expect(throws: FlameHubError.self) { try await fixture.session.core.nodes.delete(Rows.id(1)) }
        #expect(fixture.calls.map(\.method) == ["POST", "DELETE"])
    }
}
