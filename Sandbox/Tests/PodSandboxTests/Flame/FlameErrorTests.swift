// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import PodSandbox
import Testing

/// Bodies and statuses of errors (flame-hub.md, 2.4 and 7).
@Suite struct FlameErrorTests {
    @Test func errorsOfCore() async throws {
        try await FlameTestHub.run { hub async throws in
            let admin = try await FlameRawCaller(hub, hub.stand.seed.admin)
            let owner = try await FlameRawCaller(hub, hub.stand.seed.owner)
            let anonymous = FlameRawCaller(hub: hub, token: nil)
            let short = try await admin.send(.post, "core/nodes", body: ["name": "x"])
            let issue = short.json?.objectValue?["issues"]?.arrayValue?.first?.objectValue
            #expect(short.status == 400 && issue?["code"] == "min_length" && issue?["path"] == ["name"])
            let lacking = try await owner.send(.post, "core/nodes", body: ["name": "mine"])
            let reason = lacking.json?.objectValue?["issues"]?.arrayValue?.first?.objectValue?["code"]
            #expect(lacking.status == 400 && reason == "permission_not_found")
            let foreign = hub.stand.seed.aggregator.id
            let denied = try await owner.send(.post, "core/nodes/\(foreign)", body: ["hidden": true])
            #expect(denied.status == 403 && denied.code == "permission_denied")
            let nowhere: JSONValue = ["name": "mine", "registryId": "00000000-0000-4000-8000-000000000000"]
            let invalid = try await admin.send(.post, "core/nodes", body: nowhere)
            #expect(invalid.status == 400 && invalid.code == "entity_relation_invalid")
            #expect(try await admin.send(.get, "core/nodes/\(hub.stand.seed.project)").code == "entity_not_found")
            #expect(try await admin.send(.get, "core/nonsense").status == 404)
            #expect(try await admin.send(.put, "core/nodes/\(foreign)", body: [:]).status == 404)
            #expect(try await anonymous.send(.get, "core/nodes").code == "identity_unauthorized")
            let bogus = FlameRawCaller(hub: hub, token: "bogus")
            #expect(try await bogus.send(.get, "core/nodes").status == 500)
            #expect(try await bogus.send(.get, "auth/users").status == 400)
            #expect(try await anonymous.send(.get, "auth//realms").status == 200)
        }
    }

    @Test func aUsedRefreshTokenEndsTheSession() async throws {
        try await FlameTestHub.run { hub async throws in
            let anonymous = FlameRawCaller(hub: hub, token: nil)
            func grant(_ body: JSONValue) async throws -> FlameRawCaller.Answer {
                try await anonymous.send(.post, "auth/token", body: body)
            }
            let first = try await grant(["grant_type": "password", "username": "admin", "password": "start123"])
            let token = try #require(first.json?.objectValue?["refresh_token"])
            let second = try await grant(["grant_type": "refresh_token", "refresh_token": token])
            let access = second.json?.objectValue?["access_token"]?.stringValue
            let renewed = FlameRawCaller(hub: hub, token: access)
            #expect(try await renewed.send(.get, "core/nodes").status == 200)
            let replayed = try await grant(["grant_type": "refresh_token", "refresh_token": token])
            #expect(replayed.status == 400 && replayed.code == "invalid_grant")
            #expect(try await renewed.send(.get, "core/nodes").status == 500)
        }
    }

    @Test func faultsAreCommittedAndControlIsNotCounted() async throws {
        try await FlameTestHub.run { hub async throws in
            let admin = try await FlameRawCaller(hub, hub.stand.seed.admin)
            hub.stand.faults.plan(.status(503), path: "/core/nodes")
            #expect(try await admin.send(.get, "core/nodes").status == 503)
            #expect(try await admin.send(.get, "core/nodes").status == 200)
            let before = hub.stand.log.total
            #expect(try await admin.get("control/requests")["total"]?.integerValue == Int64(before))
            let changed = try await admin.send(.post, "control/changes", body: ["count": 5])
            #expect(changed.json?.objectValue?["changed"] == 5)
            #expect(hub.stand.log.total == before)
            #expect(hub.stand.records("analysis-nodes").filter { $0["comment"] != .null }.count == 5)
        }
    }
}
