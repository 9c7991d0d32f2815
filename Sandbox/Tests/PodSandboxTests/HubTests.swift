// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import HTTPTransport
import PodSandbox
import Testing

@Suite struct HubTests {
    private func withPod<Result: Sendable>(
        _ body: @escaping @Sendable (TestPod) async throws -> Result
    ) async throws -> Result {
        let key = try SandboxKeys.privateKey("pod")
        return try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            try await TestPod.with(sandbox, key: key, body)
        }
    }

    static let wrongMembers: [(String, JSONValue?)] = [
        ("name", "Heart data"), ("name", nil), ("podPublicKey", "ssh-rsa AAAA"), ("podPublicKey", "not a key"),
        ("accessManagerPublicKey", nil), ("schemaSize", 0), ("schemaSize", "3"),
        ("schemaSize", .integer(10 << 20 + 1)), ("numberOfRecords", "many"),
        ("fileProcessingMetadata", .object(["totalFilesFound": "one"])), ("surprise", 1),
    ]

    @Test(arguments: wrongMembers)
    func wrongRegistrationIsRefused(member: String, value: JSONValue?) async throws {
        let status = try await withPod { pod async throws in
            var registration = pod.registration
            registration[member] = value
            return try await pod.hub(.post, "/api/pods", .object(registration)).status
        }
        #expect(status == 400)
    }

    @Test func registrationAndHeartbeat() async throws {
        try await withPod { pod async throws in
            let heartbeat = try await pod.hub(.patch, "/api/pods", ["names": ["heart-data"]])
            #expect(heartbeat.status == 404)
            try await pod.register()
            #expect(try await pod.hub(.patch, "/api/pods", ["names": ["heart-data"]]).status == 200)
            #expect(try await pod.hub(.patch, "/api/pods", ["name": "heart-data"]).status == 400)
            #expect(try await pod.hub(.patch, "/api/pods", ["datasourceHealth": []]).status == 400)
            let unhealthy: JSONValue = ["datasourceHealth": [["name": "heart-data", "status": "unhealthy"]]]
            #expect(try await pod.hub(.patch, "/api/pods", unhealthy).status == 400)
            pod.sandbox.hub.acceptsSingleNameHeartbeat = true
            #expect(try await pod.hub(.patch, "/api/pods", ["name": "heart-data"]).status == 200)
            #expect(pod.sandbox.hub.pod("acme/heart-data")?.heartbeats.count == 2)
            let shown = try await pod.hub(.get, "/api/pods/acme/heart-data")
            #expect(shown.json?.objectValue?["isOnline"] == true)
            #expect(shown.json?.objectValue?["schemaDownloadUrl"]?.stringValue != nil)
        }
    }

    @Test func credentialsAreCheckedByForm() async throws {
        try await withPod { pod async throws in
            let owner = pod.sandbox.owner
            let hubURL = try pod.sandbox.hub.url.appending(path: "api/pods")
            func status(_ headers: HTTPHeaders) async throws -> Int {
                try await pod.send(.get, hubURL, headers).status
            }
            #expect(try await status(pod.hubHeaders) == 200)
            #expect(try await status([:]) == 401)
            // The Hub must never see the part after the colon.
            #expect(try await status(["x-api-key-id": owner.apiKeyID, "x-api-key": owner.apiKey]) == 401)
            let token = try pod.sandbox.identityProvider.issueToken(to: owner.username)
            #expect(try await status(["authorization": "Bearer \(token)"]) == 200)
            #expect(try await status(["authorization": token]) == 401)
            let proof = try pod.sandbox.identityProvider.issueToken(
                to: owner.username,
                audience: SandboxDirectory.proofAudience,
                scope: "execute:task"
            )
            #expect(try await status(["authorization": "Bearer \(proof)"]) == 401)
            pod.sandbox.directory.revokeTokens(of: owner.username)
            #expect(try await status(["authorization": "Bearer \(token)"]) == 401)
            // The Access Manager wants all of it.
            let access = try pod.sandbox.accessManager.url.appending(path: "api/saml")
            let core = try await pod.send(.get, access, pod.hubHeaders).status
            #expect(core == 401)
        }
    }

    @Test func uploadInParts() async throws {
        try await withPod { pod async throws in
            pod.sandbox.hub.multipart = .above(0, chunkSize: 4)
            var registration = pod.registration
            registration["schemaSize"] = 10
            let single = try await pod.hub(.post, "/api/pods", .object(registration))
            #expect(single.json?.objectValue?["uploadUrl"] != nil)
            let answer = try await pod.hub(.post, "/api/pods?multipartUpload=true", .object(registration))
            let members = try #require(answer.json?.objectValue)
            let urls = try #require(members["uploadUrls"]?.arrayValue).compactMap(\.stringValue).compactMap {
                URL(string: $0)
            }
            #expect(urls.count == 3)
            var parts: [JSONValue] = []
            for (index, url) in urls.enumerated() {
                let bytes = Data("0123456789".utf8).dropFirst(index * 4).prefix(4)
                var request = HTTPRequest(.put, url, headers: ["Content-Type": "application/octet-stream"])
                request.body = .bytes(Data(bytes))
                let response = try await pod.http.send(request)
                #expect(response.status == 200)
                let tag = (response.headers["ETag"] ?? "").replacing("\"", with: "")
                parts.append(["ETag": .string(tag), "PartNumber": .integer(Int64(index + 1))])
            }
            func finish(_ parts: [JSONValue]) async throws -> Int {
                let body: [String: JSONValue] = [
                    "objectType": "Schema", "key": members["key"] ?? "", "uploadId": members["uploadId"] ?? "",
                    "parts": .array(parts),
                ]
                return try await pod.hub(.post, "/api/upload", .object(body)).status
            }
            #expect(try await finish(parts.reversed()) == 400)
            #expect(try await finish(parts.dropLast()) == 400)
            #expect(try await finish(parts) == 200)
            let key = try #require(members["key"]?.stringValue)
            #expect(try await pod.sandbox.objectStorage.object(key) == Array("0123456789".utf8))
        }
    }

    @Test func projectsClustersAndComputes() async throws {
        try await withPod { pod async throws in
            try await pod.register()
            let created = try await pod.hub(.post, "/api/projects", ["name": "Trial", "metadata": [:]])
            #expect(created.status == 201)
            let id = created.json?.objectValue?["projectId"]?.stringValue ?? ""
            #expect(try await pod.hub(.put, "/api/projects/\(id)/pod", [["podName": "heart-data"]]).status == 200)
            #expect(try await pod.hub(.get, "/api/projects/\(id)/pods/acme/heart-data").status == 200)
            #expect(try await pod.hub(.get, "/api/projects/\(id)/pods/bob/clinic").status == 404)
            #expect(try await pod.hub(.get, "/api/projects?limit=12&offset=0").json?.objectValue?["totalProjects"] == 1)
            #expect(try await pod.hub(.get, "/api/projects/\(id)/limits").json == [])

            let cluster = try await pod.hub(
                .post,
                "/api/compute-clusters",
                ["name": "c", "datasetNames": ["heart-data"]]
            )
            let clusterID = cluster.json?.objectValue?["id"]?.stringValue ?? ""
            let linked = try await pod.hub(.get, "/api/compute-clusters/\(clusterID)/datasets")
            #expect(linked.json?.objectValue?["linkedDatasets"]?.arrayValue?.count == 1)
            #expect(try await pod.hub(.get, "/api/compute-clusters/none/datasets").status == 404)

            let instance = UUID().uuidString
            let compute = try await pod.hub(
                .put,
                "/api/compute/instances/\(instance)",
                ["privateIpAddress": "10.0.0.2"]
            )
            let computeID = compute.json?.objectValue?["computeId"]?.stringValue ?? ""
            let request: JSONValue = ["csrPem": "-----BEGIN CERTIFICATE REQUEST-----"]
            #expect(try await pod.hub(.post, "/api/compute/\(computeID)/certificate", request).status == 202)
            #expect(try await pod.hub(.post, "/api/compute/\(computeID)/certificate", request).status == 409)
        }
    }

    @Test func userKeys() async throws {
        try await withPod { pod async throws in
            let line = JSONValue.string(try SandboxKeys.privateKey("modeller").publicKey.openSSH)
            #expect(try await pod.hub(.post, "/api/acme/keys", ["key": line]).status == 400)
            #expect(try await pod.hub(.post, "/api/bob/keys?version=2", ["key": line]).status == 403)
            let added = try await pod.hub(.post, "/api/acme/keys?version=2", ["key": line])
            let id = added.json?.objectValue?["id"]?.stringValue ?? ""
            let shown = try await pod.hub(.get, "/api/acme/keys/\(id)")
            #expect(shown.json?.objectValue?["active"] == true)
            #expect(try await pod.hub(.get, "/api/acme/keys/gone").status == 404)
        }
    }
}
