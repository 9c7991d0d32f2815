// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// The pitfalls of flame-hub.md, 8, one by one.
@Suite(.timeLimit(.minutes(1))) struct TrapTests {
    private func failure(
        version: String = "0.14.0",
        _ reply: Reply,
        _ call: (FlameSession) async throws -> Void
    ) async throws -> FlameHubError {
        let fixture = try HubFixture(version: version) { _ in reply }
        defer { fixture.server.stop() }
        return try #require(await #expect(throws: FlameHubError.self) { try await call(fixture.session) })
    }

    // MARK: Dropped parts of a query

    @Test func noticesADroppedFilterByItsRows() async throws {
        let rows = [Rows.part(1), Rows.part(2, node: Rows.id(9))]
        let error = try await failure(.list(rows)) {
            _ = try await $0.core.analysisNodes.find(filter: .nodeID(Rows.id(1)))
        }
        #expect(error.code == .queryIgnored)
        #expect(error.message.contains("nodeId"))
    }

    @Test func noticesADroppedFilterInAnUnreadableRow() async throws {
        let row: JSONValue = ["id": "odd", "nodeId": .string(Rows.id(9, of: Node.self).text)]
        let error = try await failure(.list([row])) {
            _ = try await $0.core.analysisNodes.find(filter: .nodeID(Rows.id(1)))
        }
        #expect(error.code == .queryIgnored)
    }

    @Test func refusesRowsThatCannotBeChecked() async throws {
        let row: JSONValue = [
            "id": .string(ConformanceTests.one), "analysisId": .string(ConformanceTests.one),
            "nodeId": .string(ConformanceTests.one),
        ]
        let error = try await failure(version: "0.12.5", .list([row])) {
            _ = try await $0.core.analysisNodes.find(filter: .nodeRealmID(Rows.id(1)))
        }
        #expect(error.code == .queryIgnored)
    }

    @Test(arguments: [
        (#"{"filters":{"allowed":["nodeId"]}}"#, "filter approvalStatus"),
        (#"{"sorts":{"allowed":["createdAt"]}}"#, "sort updatedAt"), (#"{"sort":{"allowed":[]}}"#, "sort updatedAt"),
        (#"{"relations":{"allowed":["node"]}}"#, "include analysis"),
    ])
    func noticesDroppedPartsByTheSchema(_ schema: String, _ part: String) async throws {
        let reply = Reply.json(#"{"data":[],"meta":{"total":0,"limit":50,"offset":0,"schema":\#(schema)}}"#)
        let error = try await failure(reply) {
            _ = try await $0.core.analysisNodes.find(
                filter: .approvalStatus.isNull,
                sort: .descending(\.updatedAt),
                include: [.analysis]
            )
        }
        #expect(error.code == .queryIgnored)
        #expect(error.message.hasSuffix("\(part)."))
    }

    @Test func noticesADroppedField() async throws {
        let schema = #"{"fields":{"default":["id"],"allowed":[["name"]]}}"#
        let error = try await failure(.json(#"{"data":[],"meta":{"schema":\#(schema)}}"#)) {
            _ = try await $0.auth.users.find(fields: [.email])
        }
        #expect(error.message.hasSuffix("fields email."))
    }

    @Test func trustsTheSchemaForFieldsThatRowsLack() async throws {
        let row = ConformanceTests.anything.text
        let schema =
            #"{"filters":{"allowed":["nodeRealmId"],"caseSensitive":[]},"relations":{"allowed":[],"schemas":{}},"pagination":{"maxLimit":50}}"#
        let fixture = try HubFixture { _ in .json(#"{"data":[\#(row)],"meta":{"total":1,"schema":\#(schema)}}"#) }
        defer { fixture.server.stop() }
        let page = try await fixture.session.core.analysisNodes.find(filter: .nodeRealmID(Rows.id(1)))
        #expect(page.count == 1)
        #expect(page.limit == 50)
    }

    @Test func noticesMoreRowsThanWereAskedFor() async throws {
        let error = try await failure(.list((0..<6).map { Rows.node($0) })) {
            _ = try await $0.core.nodes.find(page: .init(limit: 5))
        }
        #expect(error.code == .unstableListing)
    }

    @Test func tellsTheLimitThatTheHubTook() async throws {
        let fixture = try HubFixture { _ in .list((0..<10).map { Rows.node($0) }, total: 25, limit: 10) }
        defer { fixture.server.stop() }
        let page = try await fixture.session.core.nodes.find(page: .init(limit: 40))
        #expect(page.limit == 10)
        #expect(page.total == 25)
        #expect(!page.isLast)
    }

    // MARK: Answers that say success and mean something else

    /// `--filter node.name=x --include project` gave 13 rows instead of 3: a filter's relation is always embedded.
    @Test func embedsWhatAFilterIsAbout() async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        _ = try await fixture.session.core.projectNodes.find(filter: .node(.name("x")), include: [.project])
        #expect(fixture.calls.first?.query["include"] == "project,node")
        // A relation that the caller may not read is stripped, and the filter with it.
        let schema = #"{"filters":{"allowed":["nodeId"]},"relations":{"allowed":["node","project"]}}"#
        let row = ConformanceTests.anything.text
        let error = try await failure(.json(#"{"data":[\#(row)],"meta":{"total":1,"schema":\#(schema)}}"#)) {
            _ = try await $0.core.projectNodes.find(filter: .node(.name("x")))
        }
        #expect(error.code == .queryIgnored)
    }

    @Test func aSingleReadThatEmbedsNothingIsAskedForAsAList() async throws {
        let row: JSONObject = [
            "id": .string(ConformanceTests.one), "userId": .string(ConformanceTests.two),
            "roleId": .string(ConformanceTests.two),
        ]
        var whole = row
        whole["role"] = ["id": .string(ConformanceTests.two), "name": "steward"]
        let embedded = JSONValue.object(whole)
        let fixture = try HubFixture { request in
            request.path.hasSuffix(ConformanceTests.one) ? .record(.object(row)) : .list([embedded])
        }
        defer { fixture.server.stop() }
        let found = try await fixture.session.auth.userRoles.get(Rows.id(1), include: [.role])
        #expect(found?.role?.name == "steward")
        #expect(fixture.calls.map(\.path) == ["/auth/user-roles/\(ConformanceTests.one)", "/auth/user-roles"])
    }

    /// What the Hub says of a field, and the permission that is missing.
    @Test(arguments: [
        (
            #"{"statusCode":400,"code":"bad_request","message":"Property comment is invalid","issues":[{"type":"item","path":["comment"],"message":"Too small: expected string to have >=3 characters","code":"min_length"}]}"#,
            "comment: Too small: expected string to have >=3 characters", FlameHubError.Code.rejected
        ),
        (
            #"{"statusCode":400,"code":"bad_request","message":"x","issues":[{"type":"item","path":[],"message":"The node_update permission could not be resolved","code":"permission_not_found"}]}"#,
            "x; The node_update permission could not be resolved", .permission
        ),
        (#"{"statusCode":400,"code":"bad_request","message":"a\u001b[31mb"}"#, #"a\u{1b}[31mb"#, .rejected),
    ])
    func tellsTheReason(_ body: String, _ reason: String, _ code: FlameHubError.Code) async throws {
        let error = try await failure(.json(body, status: 400)) { try await $0.core.nodes.delete(Rows.id(1)) }
        #expect(error.code == code)
        #expect(error.reason == reason)
        #expect(error.description.contains(reason))
    }

    private static let verdicts: [(JSONValue, JSONValue, WriteVerdict)] = [
        (.string("fine "), .string("fine "), .taken), (.string("my-name"), .string(" My-Name"), .taken),
        (.null, .array([.string("a")]), .left), (.array([.string("after")]), .array([.string("x")]), .taken),
        (.string("x"), .string("y"), .left), (.array([]), .array([.string("a")]), .left),
        (.integer(5), .integer(5), .taken),
    ]

    /// A comment comes back as it was sent, a name in lower case, and arguments sent with a new image not at all.
    @Test func judgesAWriteByItsField() {
        for (stored, sent, verdict) in Self.verdicts {
            #expect(WriteVerdict(stored: stored, sent: sent) == verdict, "\(stored) \(sent)")
            #expect(WriteVerdict(stored: nil, sent: sent) == .silent)
        }
    }

    @Test func secretsInRepliesAreKeptApart() throws {
        let user = ResourceRow<User>(["id": .string(ConformanceTests.one), "password": "$2b$10$hash", "resetHash": "r"])
        #expect(!user.raw.text.contains("hash") && user.secret == nil)
        let client = ResourceRow<Client>(["id": .string(ConformanceTests.one), "secret": "s3cret"])
        #expect(!client.raw.text.contains("s3cret") && client.secret == "s3cret" && client.record?.secret == "s3cret")
    }

    @Test(arguments: [
        ("name", true), ("displayName", true), ("password", true), ("active", false), ("realmId", false),
    ])
    func knowsWhichFieldsHoldText(_ name: String, _ isText: Bool) {
        #expect(User.isText(field: name) == isText)
    }

    @Test func noticesADroppedChange() async throws {
        let error = try await failure(.record(Rows.part(1), status: 202)) {
            try await $0.core.analysisNodes.report(Rows.id(1), status: .started)
        }
        #expect(error.code == .changeIgnored)
        #expect(error.message.contains("executionStatus"))
    }

    @Test func allowsForWhatTheHubRewrites() async throws {
        let fixture = try HubFixture { request in
            .record(
                Rows.node(1, request.path.hasSuffix("1") ? ["name": "my-name", "publicKey": "2d2d"] : [:]),
                status: 202
            )
        }
        defer { fixture.server.stop() }
        try await fixture.session.core.nodes.update(Rows.id(1)) {
            $0.name = " My-Name"
            $0.publicKey = .set("--")
        }
    }

    @Test func noticesAReplyAboutAnotherRecord() async throws {
        for reply in [Reply.record(Rows.node(2)), .record(Rows.node(2), status: 202)] {
            let error = try await failure(reply) {
                if reply.status == 200 {
                    _ = try await $0.core.nodes.get(Rows.id(1))
                } else {
                    try await $0.core.nodes.update(Rows.id(1)) { $0.hidden = true }
                }
            }
            #expect(error.code == .malformedResponse)
        }
    }

    @Test(arguments: [200, 201, 202, 204])
    func takesEverySuccess(_ status: Int) async throws {
        let fixture = try HubFixture { _ in
            status == 204 ? Reply(status: 204, headers: []) : .record(Rows.node(1), status: status)
        }
        defer { fixture.server.stop() }
        try await fixture.session.core.nodes.delete(Rows.id(1))
    }

    // MARK: Missing records

    @Test(arguments: [
        Reply.json(
            #"{"statusCode":404,"code":"entity_not_found","message":"The node was not found.","issues":[]}"#,
            status: 404
        ),
        .text("<html>404</html>", status: 404), .json("[]", status: 404), .text("", status: 404),
    ])
    func takesEveryMissingRecordForNone(_ reply: Reply) async throws {
        let fixture = try HubFixture { _ in reply }
        defer { fixture.server.stop() }
        #expect(try await fixture.session.core.nodes.get(Rows.id(1)) == nil)
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.core.nodes.update(Rows.id(1)) { $0.hidden = true }
        }
        #expect(error?.code == .notFound)
        let other = await #expect(throws: FlameHubError.self) {
            try await fixture.session.core.nodes.delete(Rows.id(1))
        }
        #expect(other?.code == .notFound)
    }

    /// The body's own status does not count.
    @Test func decidesOnTheStatusAlone() async throws {
        let error = try await failure(.json(#"{"statusCode":404,"code":"x","message":"y"}"#, status: 400)) {
            _ = try await $0.core.nodes.get(Rows.id(1))
        }
        #expect(error.code == .rejected)
        #expect(error.response?.statusCode == 404)
    }

    // MARK: Errors

    @Test(arguments: [
        (
            Reply.json(
                #"{"statusCode":400,"code":"bad_request","message":"Property name is invalid","issues":[{"type":"item","code":"min_length","path":["name"],"message":"short","data":{"min":3}}]}"#,
                status: 400
            ), FlameHubError.Code.rejected
        ),
        (
            .json(
                #"{"statusCode":400,"code":"bad_request","message":"The evaluation of permissions node_update failed","issues":[{"type":"item","code":"permission_not_found","path":["node_update"],"message":"…"}]}"#,
                status: 400
            ), .permission
        ),
        (
            .json(
                #"{"statusCode":400,"code":"bad_request","message":"x","issues":[{"type":"group","issues":[{"type":"item","code":"permission_evaluation_failed"}]}]}"#,
                status: 400
            ), .permission
        ),
        (
            .json(
                #"{"statusCode":403,"code":"permission_denied","message":"You are not permitted to update this node.","issues":[]}"#,
                status: 403
            ), .permission
        ),
        (.json(#"{"code":"permission_not_found","message":"x"}"#, status: 400), .permission),
        (
            .json(
                #"{"statusCode":409,"code":"entity_conflict","message":"An entry with some unique attributes already exists.","issues":[]}"#,
                status: 409
            ), .conflict
        ),
        (.json(#"{"code":"undefined","statusCode":400,"message":"x"}"#, status: 400), .rejected),
        (.text("<html>413</html>", status: 413), .rejected), (.text("<html>502</html>", status: 502), .server),
        (.json(#"{"code":"storage_insufficient"}"#, status: 507), .server), (.json("[1]", status: 500), .server),
        (.json(#""oops""#, status: 400), .rejected), (.text("", status: 300), .malformedResponse),
    ])
    func readsErrors(_ reply: Reply, _ code: FlameHubError.Code) async throws {
        let error = try await failure(reply) { _ = try await $0.core.nodes.create(.init(name: "hunter2")) }
        #expect(error.code == code)
        #expect(error.status == reply.status)
        #expect(error.method == .post)
        #expect(error.path == "nodes")
        #expect(error.isRetryable == [.server, .transport].contains(code))
        let text = "\(error)"
        #expect(text.contains("nodes") && !text.contains("hunter2") && !text.contains("t0"))
        #expect(!text.contains(error.response?.message ?? "\u{0}"))
    }

    @Test func keepsWhatTheErrorSays() async throws {
        let body =
            #"{"statusCode":400,"code":"bad_request","message":"m","issues":[{"type":"group","path":[],"issues":[{"type":"item","code":"min_length","path":["a",0],"message":"short","data":{"min":3}}]}],"extra":{"b":1}}"#
        let error = try await failure(.json(body, status: 400)) { _ = try await $0.core.nodes.find() }
        let response = try #require(error.response)
        #expect(response.statusCode == 400)
        #expect(response.code == "bad_request")
        #expect(response.message == "m")
        #expect(response.extra == ["extra": ["b": 1]])
        let issue = try #require(response.flattenedIssues.first)
        #expect(issue.code == "min_length")
        #expect(issue.path == ["a", "0"])
        #expect(issue.extra["data"] == ["min": 3])
        #expect(error.bodyExcerpt == body)
    }

    @Test(arguments: ["", "<html></html>", "[]", #"{"data":{},"meta":{}}"#, #"{"meta":{}}"#, "null", "{"])
    func refusesListsThatAreNone(_ body: String) async throws {
        let error = try await failure(.json(body)) { _ = try await $0.core.nodes.find() }
        #expect(error.code == .malformedResponse)
    }

    @Test func tellsWhenNobodyListens() async throws {
        let server = try ScriptedHub { _ in .list([]) }
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)"))
        server.stop()
        let connection = HubConnection(.auth, at: url, http: HTTPClient(clock: RecordingClock(), environment: [:]))
        let error = await #expect(throws: FlameHubError.self) {
            try await AuthClient(connection, as: nil).realms.find()
        }
        #expect(error?.code == .transport)
        #expect(error?.isRetryable == true)
    }

    // MARK: Rows

    @Test func keepsAListWithAnOddRow() async throws {
        let fixture = try HubFixture { _ in .list([Rows.node(1), ["id": 5], 7, Rows.node(2, ["type": "quantum"])]) }
        defer { fixture.server.stop() }
        let page = try await fixture.session.core.nodes.find()
        #expect(page.map(\.name) == ["my-node-1", "my-node-2"])
        #expect(page.last?.type?.rawValue == "quantum")
        #expect(page.unreadable.map(\.raw) == [["id": 5], 7])
        #expect(page.rows.count == 4)
    }

    // MARK: Versions

    @Test(arguments: ["0.12.5", "0.14.0"])
    func readsBareAndEnvelopedRecords(_ version: String) async throws {
        for reply in [Reply.record(Rows.node(1)), .json(Rows.node(1).text)] {
            let fixture = try HubFixture(version: version) { _ in reply }
            defer { fixture.server.stop() }
            #expect(try await fixture.session.core.nodes.get(Rows.id(1))?.name == "my-node-1")
        }
    }

    @Test func refusesWhatAnOldHubDoesNotHave() async throws {
        let fixture = try HubFixture(version: "0.8.8") { _ in .text("", status: 404) }
        defer { fixture.server.stop() }
        let core = fixture.session.core
        for call in [
            { _ = try await core.nodes.clientCredentials(of: Rows.id(1)) },
            { _ = try await core.nodes.registryCredentials(of: Rows.id(1)) },
            { _ = try await core.analyses.rotateClientCredentials(of: Rows.id(1)) },
            { try await core.analyses.send(.distributionStart, to: Rows.id(1)) },
            { _ = try await core.projects.find(filter: .name(endsWith: "x")) },
        ] as [@Sendable () async throws -> Void] {
            let error = await #expect(throws: FlameHubError.self) { try await call() }
            #expect(error?.code == .unsupported)
        }
        #expect(fixture.calls.isEmpty)
    }

    @Test func refusesCommandsOfOldHubs() async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        for command in [AnalysisCommand.spinUp, .tearDown, .buildStop, .buildStatus] {
            let error = await #expect(throws: FlameHubError.self) {
                try await fixture.session.core.analyses.send(command, to: Rows.id(1))
            }
            #expect(error?.code == .unsupported)
        }
    }

    @Test func speaksTheOldWordsToAnOldHub() async throws {
        let fixture = try HubFixture(version: "0.8.8", naming: .snakeCase) { request in
            let row =
                #"{"id":"\#(ConformanceTests.one)","analysis_id":"\#(ConformanceTests.one)","node_id":"\#(ConformanceTests.two)","run_status":"running"}"#
            return request.method == "GET"
                ? .json(#"{"data":[\#(row)],"meta":{"total":1,"limit":50,"offset":0}}"#) : .json(row, status: 202)
        }
        defer { fixture.server.stop() }
        let parts = fixture.session.core.analysisNodes
        let page = try await parts.find(
            filter: .nodeID(Rows.id(2)) && .executionStatus(.executing),
            sort: .descending(\.updatedAt)
        )
        #expect(page.first?.executionStatus == .executing)
        try await parts.report(Rows.id(1), status: .executing)
        #expect(fixture.calls.first?.query["filter[run_status]"] == "running")
        #expect(fixture.calls.first?.query["filter[node_id]"] == ConformanceTests.two)
        #expect(fixture.calls.first?.query["sort"] == "-updated_at")
        #expect(fixture.calls.last?.json == ["run_status": "running"])
    }

    // MARK: Input

    @Test func refusesLogLinesThatTheHubWouldCut() async throws {
        for message in ["ab", String(repeating: "x", count: 2049), String(repeating: "😀", count: 1025)] {
            let error = try await failure(.list([])) {
                try await $0.core.analysisNodeLogs.create(
                    .init(analysisID: Rows.id(1), nodeID: Rows.id(1), level: .info, message: message)
                )
            }
            #expect(error.code == .invalidRequest)
        }
        let error = try await failure(.list([])) { try await $0.core.analysisNodes.report(Rows.id(1), progress: 101) }
        #expect(error.code == .invalidRequest)
    }

    @Test(arguments: [PageRequest(limit: 51), .init(limit: 0), .init(offset: -1)])
    func refusesPagesOfLogsThatTheHubWouldCut(_ page: PageRequest) async throws {
        let error = try await failure(.list([])) {
            _ = try await $0.core.analysisLogs.find(analysis: Rows.id(1), page: page)
        }
        #expect(error.code == .invalidRequest)
    }

    @Test func followsNoRedirects() async throws {
        let error = try await failure(.text("", status: 302, headers: ["Location: http://127.0.0.1:1/"])) {
            _ = try await $0.core.nodes.find()
        }
        #expect([.transport, .malformedResponse].contains(error.code))
    }
}
