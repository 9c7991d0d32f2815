// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// The dialect is found out, never configured (flame-hub.md, 1 and 8.1).
@Suite(.timeLimit(.minutes(1))) struct ProfileTests {
    @Test(arguments: [
        ("0.8.8", FieldNaming.snakeCase), ("0.12.5", .snakeCase), ("0.13.0", .camelCase), ("0.14.0", .camelCase),
        ("1.0.0", .camelCase),
    ])
    func followsTheVersionOfCore(_ version: String, _ naming: FieldNaming) async throws {
        let fixture = try HubFixture(version: version) { _ in .list([]) }
        defer { fixture.server.stop() }
        let profile = try await fixture.anyone.core.profile()
        #expect(profile.version == HubVersion(version))
        #expect(profile.naming == naming)
        #expect(profile.clockOffset == 0)
        _ = try await fixture.anyone.core.nodes.find()
        _ = try await fixture.anyone.core.nodes.find()
        #expect(fixture.server.requests(to: "/core/").count == 1)
        #expect(fixture.server.requests(to: "/core/").first?.token == nil)
    }

    /// Auth changed its spelling in another release than Core, and does not tell its version.
    @Test(arguments: [FieldNaming.snakeCase, .camelCase])
    func followsTheRowsOfAuth(_ naming: FieldNaming) async throws {
        let fixture = try HubFixture(naming: naming) { _ in .list([]) }
        defer { fixture.server.stop() }
        _ = try await fixture.anyone.auth.users.find(filter: .displayName("x"), sort: .ascending(\.createdAt))
        let query = try #require(fixture.calls.first).query
        #expect(query["filter[\(naming == .camelCase ? "displayName" : "display_name")]"] == "x")
        #expect(query["sort"] == (naming == .camelCase ? "createdAt" : "created_at"))
    }

    @Test(arguments: ["<html></html>", "{}", #"{"version":"edge"}"#, #"{"version":5}"#])
    func looksAtRowsIfThereIsNoVersion(_ root: String) async throws {
        let server = try ScriptedHub { request in
            request.path == "/core/"
                ? .json(root) : .list([["id": .string(DecodingTests.id), "created_at": "2026-08-20T14:58:48.000Z"]])
        }
        defer { server.stop() }
        let profile = try await connection(server).profile()
        #expect(profile == ServerProfile(version: nil, naming: .snakeCase))
    }

    /// Hubs of 0.8 write a charset where a coding belongs, and their Storage does not tell its release.
    @Test func speaksToAHubThatCallsACharsetACoding() async throws {
        let server = try ScriptedHub { request in
            var reply: Reply =
                switch request.path {
                case "/core/": .root("0.8.12")
                case "/storage/": .json(#"{"timestamp":1787237928000}"#)
                case "/auth/": .json(#"{"version":"1.0.0-beta.26"}"#)
                default: .list([])
                }
            reply.headers.append("Content-Encoding: utf-8")
            return reply
        }
        defer { server.stop() }
        let base = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        let hub = FlameClient(
            auth: base.appendingPathComponent("auth"),
            core: base.appendingPathComponent("core"),
            storage: base.appendingPathComponent("storage"),
            http: .init(environment: [:])
        )
        let session = hub.session(as: nil)
        _ = try await session.core.nodes.find()
        _ = try await session.storage.bucketFiles.find(filter: .bucketID(Rows.id(1)))
        _ = try await session.auth.realms.find()
        #expect(server.requests(to: "/storage/bucket-files").first?.query["filter[bucket_id]"] != nil)
        #expect(server.requests.allSatisfy { $0.headers["Accept-Encoding"] == "identity" })
        #expect(try await hub.auth.profile().authupBeta == 26)
    }

    /// What a hub of 0.12 drops is compared here.
    @Test func filtersHereWhatTheHubDrops() async throws {
        let fixture = try HubFixture(version: "0.12.5", naming: .camelCase) { request in
            let rows = (0..<3).map { number -> JSONValue in
                [
                    "id": .string(Rows.id(number + 1, of: ProjectNode.self).text),
                    "node_id": .string(Rows.id(1, of: Node.self).text),
                    "project_id": .string(Rows.id(number + 1, of: Project.self).text),
                    "approval_status": number == 1 ? .null : "approved",
                    "created_at": .string(Rows.time(number)),
                ]
            }
            return .list(rows)
        }
        defer { fixture.server.stop() }
        let page = try await fixture.session.core.projectNodes.find(
            filter: .nodeID(Rows.id(1)) && .approvalStatus.isNull
        )
        #expect(page.map(\.id) == [Rows.id(2)] && page.total == 1)
        let query = try #require(fixture.calls.first).query
        #expect(query["filter[node_id]"] != nil && query["filter[approval_status]"] == nil)
    }

    @Test func takesAnEmptyHubForTheNewest() async throws {
        let server = try ScriptedHub { $0.path == "/core/" ? .text("no", status: 404) : .list([]) }
        defer { server.stop() }
        #expect(try await connection(server).profile() == ServerProfile(version: nil, naming: .camelCase))
    }

    @Test func learnsAgainAfterAnUpgrade() async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        _ = try await fixture.hub.core.profile()
        await fixture.hub.core.forgetProfile()
        _ = try await fixture.hub.core.profile()
        #expect(fixture.server.requests(to: "/core/").count == 2)
    }

    @Test(arguments: ["", "/"])
    func keepsThePrefixOfTheBase(_ slash: String) async throws {
        let server = try ScriptedHub { $0.path == "/a/core/" ? .root("0.14.0") : .list([]) }
        defer { server.stop() }
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/a/core\(slash)"))
        let connection = HubConnection(.core, at: url, http: .init(environment: [:]))
        _ = try await CoreClient(connection, as: nil).nodes.find()
        #expect(server.requests.map(\.path) == ["/a/core/", "/a/core/nodes"])
    }

    private func connection(_ server: ScriptedHub) throws -> HubConnection {
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/core"))
        return HubConnection(.core, at: url, http: .init(environment: [:]))
    }
}
