// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRPCCore
import HTTPTransport
import PodSandbox
import Testing

@Suite struct FaultTests {
    private func withPod<Result: Sendable>(
        _ body: @escaping @Sendable (TestPod) async throws -> Result
    ) async throws -> Result {
        let key = try SandboxKeys.privateKey("pod")
        return try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            try await TestPod.with(sandbox, key: key, body)
        }
    }

    @Test func statusThenBackToNormal() async throws {
        try await withPod { pod async throws in
            pod.sandbox.hub.faults.plan(.status(503), method: "GET", path: "/api/pods")
            #expect(try await pod.hub(.get, "/api/pods").status == 503)
            #expect(try await pod.hub(.get, "/api/pods").status == 200)
            pod.sandbox.hub.faults.plan(.status(418), path: "/api/pods/*", times: nil)
            #expect(try await pod.hub(.get, "/api/pods/acme/heart-data").status == 418)
            #expect(try await pod.hub(.get, "/api/pods").status == 200)
            pod.sandbox.hub.faults.clear()
            #expect(try await pod.hub(.get, "/api/pods/acme/heart-data").status == 404)
            #expect(pod.sandbox.hub.log.requests(path: "/api/pods").map(\.status) == [503, 200, 200])
        }
    }

    @Test(arguments: [Fault.dropConnection, .lostAnswer, .truncatedBody])
    func noWholeAnswer(_ fault: Fault) async throws {
        try await withPod { pod async throws in
            try await pod.register()
            pod.sandbox.hub.faults.plan(fault, method: "PATCH")
            await #expect(throws: HTTPError.self) {
                _ = try await pod.hub(.patch, "/api/pods", ["names": ["heart-data"]])
            }
            // A lost answer is an answer to something that was done.
            let isDone = pod.sandbox.hub.pod("acme/heart-data")?.heartbeats.isEmpty == false
            #expect(isDone == (fault != .dropConnection))
            #expect(try await pod.hub(.patch, "/api/pods", ["names": ["heart-data"]]).status == 200)
        }
    }

    @Test func spoiltAnswers() async throws {
        try await withPod { pod async throws in
            try await pod.register()
            let path = "/api/pods/acme/heart-data"
            pod.sandbox.hub.faults.plan(.notJSON, path: path)
            pod.sandbox.hub.faults.plan(.jsonList, path: path)
            pod.sandbox.hub.faults.plan(.wrongTypes, path: path)
            #expect(try await pod.hub(.get, path).json == nil)
            #expect(try await pod.hub(.get, path).json?.arrayValue != nil)
            #expect(try await pod.hub(.get, path).json?.objectValue?["podName"] == 42)
        }
    }

    @Test func callFaults() async throws {
        try await withPod { pod async throws in
            try await pod.register()
            pod.sandbox.messageService.faults.plan(.status(.unavailable), method: "PodConnect")
            let error = await #expect(throws: RPCError.self) { try await pod.connect() }
            #expect(error?.code == .unavailable)
            #expect(pod.sandbox.messageService.connectedPods.isEmpty)
            pod.sandbox.messageService.faults.plan(.lostAnswer(.deadlineExceeded), caller: "acme")
            await #expect(throws: RPCError.self) { try await pod.connect() }
            #expect(pod.sandbox.messageService.connectedPods.count == 1)
            pod.sandbox.messageService.faults.plan(.dropConnection)
            await #expect(throws: RPCError.self) { try await pod.connect() }
        }
    }
}
