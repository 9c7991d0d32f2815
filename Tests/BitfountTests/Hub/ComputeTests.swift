// SPDX-License-Identifier: Apache-2.0

import Bitfount
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ComputeTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func hub(_ server: LoopbackServer) throws -> HubClient {
        HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
    }

    @Test func knowsWhetherAClusterExists() async throws {
        let server = try LoopbackServer.answering { request in
            ScriptedResponse(request.path.contains("there") ? 200 : request.path.contains("none") ? 404 : 403, "{}")
        }
        defer { server.stop() }
        let hub = try hub(server)
        #expect(try await hub.computeClusterExists("there"))
        #expect(try await !hub.computeClusterExists("none"))
        await expect(.forbidden) { try await hub.computeClusterExists("other") }
    }

    @Test func linksDatasets() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(404, "{}") }
        defer { server.stop() }
        await expect(.notFound) { try await hub(server).link(["a", "b"], toComputeCluster: "c1") }
        let request = try #require(server.record.requests.first)
        #expect(request.target == "/api/compute-clusters/c1/datasets")
        #expect(request.json == ["datasetNames": ["a", "b"]])
        #expect(server.record.requests.count == 1)
    }

    @Test func listsConfiguredDatasets() async throws {
        let server = try LoopbackServer.answering { request in
            switch request.path {
            case "/api/compute-clusters/c1/datasets":
                let names = ["full", "empty", "none", "null"].map {
                    #"{"identifier":"acme/\#($0)","configurationLastUpdated":"t"}"#
                }
                return ScriptedResponse(200, #"{"linkedDatasets":[\#(names.joined(separator: ","))]}"#)
            case "/api/pods/acme/full/configuration":
                return ScriptedResponse(200, #"{"configuration":{"datasource":"CSVSource","n":1.0}}"#)
            case "/api/pods/acme/empty/configuration": return ScriptedResponse(200, #"{"configuration":{}}"#)
            case "/api/pods/acme/null/configuration": return ScriptedResponse(200, #"{"configuration":null}"#)
            default: return ScriptedResponse(200, "{}")
            }
        }
        defer { server.stop() }
        let datasets = try await hub(server).configuredDatasets(ofComputeCluster: "c1")
        #expect(datasets.map(\.dataset.identifier) == ["acme/full"])
        #expect(datasets.first?.configuration == ["datasource": "CSVSource", "n": .double(1)])
    }

    @Test func followsACertificate() async throws {
        let server = try LoopbackServer.answering { request in
            request.method == "POST"
                ? ScriptedResponse(409, #"{"status":"pending"}"#)
                : ScriptedResponse(
                    200,
                    #"{"domain":"d","status":"\#(request.path.contains("new") ? "minting" : "revoked")"}"#
                )
        }
        defer { server.stop() }
        let hub = try hub(server)
        #expect(try await hub.requestCertificate(forCompute: "c", signingRequest: "csr") == nil)
        let unknown = try await hub.certificate(forCompute: "new")
        #expect(unknown.status.rawValue == "minting")
        #expect(!unknown.allowsNewRequest)
        #expect(try await hub.certificate(forCompute: "c").allowsNewRequest)
    }

    @Test func registersInACluster() async throws {
        let server = try LoopbackServer.answering { _ in ScriptedResponse(200, #"{"computeId":"c","domain":"d"}"#) }
        defer { server.stop() }
        let identity = try await hub(server).registerCompute(
            instanceID: "i",
            privateIPAddress: "10.0.0.2",
            clusterID: "k"
        )
        #expect(identity.id == "c")
        #expect(server.record.requests.first?.json == ["privateIpAddress": "10.0.0.2", "clusterId": "k"])
    }
}
