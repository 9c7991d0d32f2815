// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// Method, path, query and body of every call (flame-hub.md, 4).
@Suite(.timeLimit(.minutes(1))) struct ConformanceTests {
    typealias Call = @Sendable (FlameSession) async throws -> Void

    struct Case: Sendable, CustomTestStringConvertible {
        let request: String
        let body: JSONObject?
        let reply: Reply
        let call: Call
        var testDescription: String { request }

        init(_ request: String, _ reply: Reply, _ call: @escaping Call) {
            self.request = request
            self.body = nil
            self.reply = reply
            self.call = call
        }

        init(_ request: String, _ body: JSONObject, _ reply: Reply, _ call: @escaping Call) {
            self.request = request
            self.body = body
            self.reply = reply
            self.call = call
        }
    }

    static let one = "ab000000-0000-4000-8000-000000000001"
    static let two = "ab000000-0000-4000-8000-000000000002"
    static let page = "?page%5Blimit%5D=50&page%5Boffset%5D=0"

    /// A row that fits every model.
    static let anything: JSONValue = [
        "id": .string(one), "roleId": .string(one), "permissionId": .string(two), "userId": .string(one),
        "robotId": .string(one), "projectId": .string(one), "nodeId": .string(two), "analysisId": .string(one),
    ]

    /// What all resources have in common.
    static func reading<Record: HubRecord>(
        _ service: String,
        _ path: String,
        _ resource: @escaping @Sendable (FlameSession) -> Resource<Record>
    ) -> [Case] {
        [
            Case("GET /\(service)/\(path)\(page)", .list([anything])) { session in
                let isRight = try await resource(session).find().first?.id == Rows.id(1)
                #expect(isRight)
            },
            Case("GET /\(service)/\(path)/\(one)", .record(anything)) { session in
                let isRight = try await resource(session).get(Rows.id(1))?.id == Rows.id(1)
                #expect(isRight)
            },
            Case("GET /\(service)/\(path)?page%5Blimit%5D=1&page%5Boffset%5D=0", .list([anything], total: 7)) {
                session in
                let isRight = try await resource(session).count() == 7
                #expect(isRight)
            },
        ]
    }

    static func deleting<Record: Deletable>(
        _ service: String,
        _ path: String,
        _ resource: @escaping @Sendable (FlameSession) -> Resource<Record>
    ) -> [Case] {
        [
            Case("DELETE /\(service)/\(path)/\(one)", .record(anything, status: 202)) { session in
                try await resource(session).delete(Rows.id(1))
            }
        ]
    }

    static func creating<Record: Creatable>(
        _ service: String,
        _ path: String,
        _ resource: @escaping @Sendable (FlameSession) -> Resource<Record>,
        _ draft: @escaping @Sendable () -> Record.Draft,
        _ body: JSONObject
    ) -> [Case] {
        [
            Case("POST /\(service)/\(path)", body, .record(anything, status: 201)) { session in
                let isRight = try await resource(session).create(draft()).id == Rows.id(1)
                #expect(isRight)
                // A property without a key would never be sent.
                let properties = Mirror(reflecting: draft()).children.compactMap(\.label)
                #expect(properties == Record.Draft.CodingKeys.allCases.map(\.stringValue))
            }
        ]
    }

    /// A record as it is after a change.
    static func changed(by body: JSONObject) -> JSONValue {
        var fields = anything.objectValue ?? [:]
        for (name, value) in body { fields[name] = value }
        return .object(fields)
    }

    static func updating<Record: Updatable>(
        _ service: String,
        _ path: String,
        _ resource: @escaping @Sendable (FlameSession) -> Resource<Record>,
        _ change: @escaping @Sendable (inout Record.Changes) -> Void,
        _ body: JSONObject
    ) -> [Case] {
        [
            Case("POST /\(service)/\(path)/\(one)", body, .record(changed(by: body), status: 202)) { session in
                let isRight = try await resource(session).update(Rows.id(1), change).id == Rows.id(1)
                #expect(isRight)
            },
            Case("POST /\(service)/\(path)/\(one)", [:], .record(anything, status: 202)) { session in
                try await resource(session).update(Rows.id(1)) { _ in }
            },
        ]
    }

    @Test(arguments: auth + junctions + core + storage + specials)
    func sends(_ example: Case) async throws {
        let fixture = try HubFixture { _ in example.reply }
        defer { fixture.server.stop() }
        try await example.call(fixture.session)
        let request = try #require(fixture.calls.last)
        #expect("\(request.method) \(request.target)" == example.request)
        #expect(request.token == "t0")
        #expect(request.headers["Accept"] == "application/json")
        if let body = example.body {
            #expect(request.json == body)
            #expect(request.headers["Content-Type"] == "application/json")
        } else {
            #expect(request.body.isEmpty)
        }
        #expect(fixture.calls.count == 1)
    }
}
