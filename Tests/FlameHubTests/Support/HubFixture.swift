// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import TestSupport

@testable import FlameHub

/// A scripted Hub with a client that talks to it. Paths begin with `/auth/`, `/core/` and `/storage/`.
struct HubFixture {
    let server: ScriptedHub
    let clock = RecordingClock()
    let hub: FlameClient

    /// - Parameters:
    ///   - version: The release that Core and Storage name.
    ///   - naming: How Auth spells its rows.
    ///   - answer: Answers what is not a question about the version or for a token.
    init(
        version: String? = "0.14.0",
        naming: FieldNaming = .camelCase,
        limits: HubLimits = HubFixture.limits,
        _ answer: @escaping @Sendable (SeenRequest) -> Reply
    ) throws {
        server = try ScriptedHub { request in
            switch (request.method, request.path) {
            case ("GET", "/core/"), ("GET", "/storage/"):
                return version.map(Reply.root) ?? answer(request)
            case ("GET", "/auth/"): return .json(#"{"timestamp":1787237928000}"#)
            case ("GET", "/auth/realms") where request.query["page[limit]"] == "1" && request.query.count == 1:
                return .list([naming == .camelCase ? HubFixture.realm : HubFixture.oldRealm])
            default: return answer(request)
            }
        }
        guard let base = URL(string: "http://127.0.0.1:\(server.port)") else { throw SocketFault() }
        hub = FlameClient(
            auth: base.appendingPathComponent("auth"),
            core: base.appendingPathComponent("core/"),
            storage: base.appendingPathComponent("storage"),
            http: HTTPClient(clock: clock, environment: [:]),
            limits: limits,
            clock: clock,
            wallClock: { Date(timeIntervalSince1970: 1_787_237_928) }
        )
    }

    /// Everybody who need not sign in.
    var anyone: FlameSession { hub.session(as: nil) }
    /// Somebody whose token is always good.
    var session: FlameSession { hub.session(as: .token("t0")) }

    /// The requests that are not about the version.
    var calls: [SeenRequest] {
        server.requests.filter {
            !["/auth/", "/core/", "/storage/"].contains($0.path) && $0.query != ["page[limit]": "1"]
        }
    }

    static let limits: HubLimits = {
        var limits = HubLimits()
        limits.requestTimeout = .seconds(10)
        return limits
    }()

    static let realm: JSONValue = [
        "id": "6b2a1f8e-0000-4000-8000-000000000001", "name": "master", "builtIn": true,
        "createdAt": "2026-08-20T14:58:48.000Z",
    ]
    static let oldRealm: JSONValue = [
        "id": "6b2a1f8e-0000-4000-8000-000000000001", "name": "master", "built_in": true,
        "created_at": "2026-08-20T14:58:48.000Z",
    ]
}
