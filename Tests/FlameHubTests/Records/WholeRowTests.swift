// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import FlameHub

/// Every field that flame-hub.md, 4.4 to 4.12, gives a resource arrives in its model, from a real reply, and
/// every related record is asked for.
@Suite(.timeLimit(.minutes(1))) struct WholeRowTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let collection: String
        let row: JSONObject
        let read: @Sendable (FlameSession) async throws -> JSONObject?
        var testDescription: String { collection }
    }

    private static let one = JSONValue.string(ConformanceTests.one)
    private static let two = JSONValue.string(ConformanceTests.two)
    private static let part: JSONValue = ["id": one, "name": "embedded"]

    private static func row<Record: HubRecord>(
        _ resource: @escaping @Sendable (FlameSession) -> Resource<Record>,
        _ fields: JSONObject
    ) -> Case {
        var row: JSONObject = [
            "id": one, "createdAt": "2026-08-20T14:58:48.000Z", "updatedAt": "2026-08-20T14:58:49.123Z",
        ]
        for (name, value) in fields { row[name] = value }
        return Case(collection: Record.collection, row: row) { session in
            try await resource(session).find(include: .all).first.map(RecordWriter.fields)
        }
    }

    @Test(arguments: core + analyses + storage + auth + junctions + robots)
    func readsEveryField(_ example: Case) async throws {
        let fixture = try HubFixture { _ in .list([.object(example.row)]) }
        defer { fixture.server.stop() }
        #expect(try await example.read(fixture.session) == example.row)
        let request = try #require(fixture.calls.first)
        #expect(request.path.hasSuffix("/\(example.collection)"))
        let embedded = example.row.filter { $0.value.objectValue != nil }.map(\.key)
        #expect((request.query["include"] ?? "").split(separator: ",").map(String.init).sorted() == embedded.sorted())
    }

    private static let core: [Case] = [
        row(
            \.core.nodes,
            [
                "name": "n", "externalName": "x", "hidden": true, "realmId": two, "registryId": two,
                "type": "aggregator",
                "publicKey": "2d2d", "online": false, "registryProjectId": two, "clientId": two, "robotId": two,
                "registry": part, "registryProject": part,
            ]
        ),
        row(
            \.core.projects,
            [
                "name": "n", "displayName": "N", "description": "d", "masterImageId": two, "analyses": 3, "nodes": 2,
                "realmId": two, "userId": two, "clientId": two, "robotId": two, "masterImage": part,
            ]
        ),
        row(
            \.core.projectNodes,
            [
                "projectId": one, "nodeId": two, "approvalStatus": "rejected", "comment": "c", "projectRealmId": one,
                "nodeRealmId": two, "node": part, "project": part,
            ]
        ),
        row(\.core.registries, ["name": "n", "host": "h", "accountName": "a", "accountSecret": "s"]),
        row(
            \.core.registryProjects,
            [
                "name": "n", "type": "masterImages", "registryId": two, "externalName": "x", "accountName": "a",
                "accountSecret": "s", "public": true, "externalId": "1", "accountId": "2", "webhookName": "w",
                "webhookExists": true, "realmId": two, "registry": part,
            ]
        ),
        row(
            \.core.masterImages,
            [
                "path": "p", "virtualPath": "v", "groupVirtualPath": "g", "name": "n", "command": "python",
                "commandArguments": [["value": "main.py", "position": "after"], ["value": "-v"]],
                "buildStatus": "executing", "buildProgress": 7,
            ]
        ),
        row(\.core.masterImageGroups, ["name": "n", "path": "p", "virtualPath": "v"]),
    ]

    private static let analyses: [Case] = [
        row(
            \.core.analyses,
            [
                "projectId": one, "name": "n", "displayName": "N", "description": "d", "masterImageId": two,
                "registryId": two, "imageCommandArguments": [["value": "--x", "position": "before"]], "nodes": 3,
                "nodesApproved": 2, "configurationLocked": true, "configurationEntrypointValid": true,
                "configurationImageValid": false, "configurationNodeAggregatorValid": true,
                "configurationNodeDefaultValid": false, "configurationNodesValid": true,
                "distributionNodesValid": true,
                "buildStatus": "executed", "buildProgress": 100, "buildHash": "h", "buildOs": "linux",
                "buildSize": 4_294_967_296, "distributionStatus": "started", "distributionProgress": 50,
                "executionStatus": "starting", "executionProgress": 0, "realmId": two, "userId": two, "clientId": two,
                "project": part, "masterImage": part,
            ]
        ),
        row(
            \.core.analysisNodes,
            [
                "analysisId": one, "nodeId": two, "approvalStatus": "approved", "comment": "c",
                "executionStatus": "failed",
                "executionProgress": 99, "artifactTag": "t", "artifactDigest": "d", "analysisRealmId": one,
                "nodeRealmId": two, "analysis": part, "node": part,
            ]
        ),
        row(\.core.analysisNodeEvents, ["analysisId": one, "nodeId": two, "analysis": part, "node": part]),
        row(
            \.core.analysisBuckets,
            ["type": "RESULT", "bucketId": two, "analysisId": one, "realmId": two, "analysis": part]
        ),
        row(
            \.core.analysisBucketFiles,
            [
                "path": "a/b", "bucketFileId": one, "bucketId": two, "analysisBucketId": one, "root": true,
                "analysisId": one, "realmId": two, "userId": two, "clientId": two, "robotId": two,
                "analysisBucket": ["id": one, "type": "CODE"], "analysis": part,
            ]
        ),
    ]

    private static let storage: [Case] = [
        row(
            \.storage.buckets,
            ["name": "n", "region": "r", "actorId": two, "actorType": "user", "realmId": two]
        ),
        row(
            \.storage.bucketFiles,
            [
                "name": "b", "path": "a/b", "hash": "h", "directory": "a", "size": 12, "actorType": "client",
                "actorId": two, "realmId": two, "bucketId": two, "bucket": part,
            ]
        ),
    ]

    private static let auth: [Case] = [
        row(\.auth.realms, ["name": "n", "displayName": "N", "description": "d", "builtIn": true]),
        row(
            \.auth.users,
            [
                "name": "n", "displayName": "N", "email": "a@b.c", "active": true, "nameLocked": false,
                "firstName": "F", "lastName": "L", "avatar": "a", "cover": "c", "realmId": two, "realm": part,
            ]
        ),
        row(
            \.auth.roles,
            [
                "name": "n", "displayName": "N", "description": "d", "builtIn": false, "target": "user",
                "clientId": two, "realmId": two, "realm": part,
            ]
        ),
        row(
            \.auth.permissions,
            [
                "name": "n", "displayName": "N", "description": "d", "builtIn": true, "clientId": two, "realmId": two,
                "policyId": two,
            ]
        ),
        row(
            \.auth.clients,
            [
                "name": "n", "builtIn": false, "secret": "s", "displayName": "N", "description": "d",
                "redirectUri": "https://a/b", "grantTypes": "client_credentials", "active": true,
                "secretHashed": false, "secretEncrypted": true, "authMethod": "tls", "tokenBindingMethod": "none",
                "backchannelLogoutUri": "https://a/c", "postLogoutRedirectUri": "https://a/d", "baseUrl": "https://a",
                "realmId": two, "realm": part,
            ]
        ),
    ]

    private static let junctions: [Case] = [
        row(
            \.auth.rolePermissions,
            [
                "roleId": one, "permissionId": two, "roleRealmId": one, "permissionRealmId": two, "policyId": one,
                "role": part, "permission": part,
            ]
        ),
        row(
            \.auth.userPermissions,
            [
                "userId": one, "permissionId": two, "userRealmId": one, "permissionRealmId": two, "policyId": one,
                "user": part, "permission": part,
            ]
        ),
        row(
            \.auth.userRoles,
            ["userId": one, "roleId": two, "userRealmId": one, "roleRealmId": two, "user": part, "role": part]
        ),
    ]

    private static let robots: [Case] = [
        row(
            \.auth.robots,
            [
                "name": "n", "displayName": "N", "description": "d", "active": true, "secret": "s", "userId": two,
                "realmId": two, "user": part, "realm": part,
            ]
        ),
        row(
            \.auth.robotPermissions,
            [
                "robotId": one, "permissionId": two, "robotRealmId": one, "permissionRealmId": two, "policyId": one,
                "robot": part, "permission": part,
            ]
        ),
        row(
            \.auth.robotRoles,
            ["robotId": one, "roleId": two, "robotRealmId": one, "roleRealmId": two, "robot": part, "role": part]
        ),
    ]
}
