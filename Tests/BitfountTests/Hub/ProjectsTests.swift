// SPDX-License-Identifier: Apache-2.0

import Bitfount
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ProjectsTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])

    func hub(_ server: LoopbackServer) throws -> HubClient {
        HubClient(
            session: BitfountSession(environment: try .test(hub: server), credentials: .acme, http: http),
            http: http
        )
    }

    func answering(_ status: Int = 200, _ body: String) throws -> LoopbackServer {
        try LoopbackServer.answering { _ in ScriptedResponse(status, body) }
    }

    @Test func listsProjectsAndKeepsUnknownRoles() async throws {
        let server = try answering(
            200,
            #"""
            {"totalProjects":7,"projects":[{"id":"1","name":"P","role":"GUEST","status":"FROZEN","isDemo":true,"created_at":"t",
             "linked_datasets":[{"name":"d","ownerUsername":"bob","podDisplayName":"D","x":1}],"linked_datasets_count":1}]}
            """#
        )
        defer { server.stop() }
        let page = try await hub(server).projects()
        #expect(page.total == 7)
        #expect(page.projects.first?.role == "GUEST")
        #expect(page.projects.first?.status == "FROZEN")
        #expect(page.projects.first?.linkedDatasets?.first?.displayName == "D")
        #expect(server.record.requests.first?.query == [["limit", "12"], ["offset", "0"]])
    }

    @Test(arguments: [(200, #"{"name":"P"}"#, "P"), (200, "{}", nil), (404, "", nil)])
    func namesAProject(_ status: Int, _ body: String, _ name: String?) async throws {
        let server = try answering(status, body)
        defer { server.stop() }
        #expect(try await hub(server).projectName("a b/c") == name)
        #expect(server.record.requests.first?.target == "/api/projects/a%20b%2Fc")
    }

    @Test func addsADataset() async throws {
        let server = try answering(201, "{}")
        defer { server.stop() }
        try await hub(server).addDataset("ward", toProject: "p1")
        let request = try #require(server.record.requests.first)
        #expect(request.method == "PUT")
        #expect(request.target == "/api/projects/p1/pod")
        #expect(request.json == [["podName": "ward"]])
    }

    @Test func readsTheLimitsOfAProject() async throws {
        let server = try answering(
            200,
            #"[{"resourceType":"MODEL_INFERENCE","resourceName":"o/m:1","limit":5,"totalUsage":2,"new":0}]"#
        )
        defer { server.stop() }
        let limits = try await hub(server).usageLimits(project: "p1")
        #expect(limits == [UsageLimit(resourceType: "MODEL_INFERENCE", resourceName: "o/m:1", limit: 5, totalUsage: 2)])
        #expect(server.record.requests.first?.target == "/api/projects/p1/limits")
    }

    @Test func readsTheUseOfAModel() async throws {
        let server = try answering(
            200,
            #"""
            {"default":null,"totalGrantees":1,"usage":[{"resourceType":"MODEL_INFERENCE","resourceName":"o/m:1","limit":5,
             "totalUsage":5,"granteeUsername":"alice","role":"COLLABORATOR"}]}
            """#
        )
        defer { server.stop() }
        let usage = try await hub(server).usageLimits(project: "p1", model: "o/m:1")
        #expect(usage.defaultLimit == nil)
        #expect(usage.members.first?.username == "alice")
        #expect(usage.members.first?.usage.isUsedUp == true)
        #expect(server.record.requests.first?.target == "/api/projects/p1/limits/models/o/m:1")
    }

    @Test(arguments: [
        "{}", "[1]", #"[{"resourceType":"x"}]"#, "", #"[{"resourceType":"x","resourceName":"y","totalUsage":"1"}]"#,
    ])
    func refusesLimitsThatAreOff(_ body: String) async throws {
        let server = try answering(200, body)
        defer { server.stop() }
        await expect(.malformedResponse) { try await hub(server).usageLimits(project: "p") }
        await expect(.malformedResponse) { try await hub(server).usageLimits(project: "p", model: "o/m:1") }
    }

    @Test(arguments: ["", ".", ".."])
    func refusesIdsThatLeadElsewhere(_ id: String) async throws {
        let server = try answering(200, "{}")
        defer { server.stop() }
        await expect(.invalidArgument) { try await hub(server).projectName(id) }
        #expect(server.record.accepted == 0)
    }
}
