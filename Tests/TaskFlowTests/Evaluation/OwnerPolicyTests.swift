// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography
import Testing

@testable import TaskFlow

@Suite("The owner's policy")
struct OwnerPolicyTests {
    @Test("Its digest says which pods were approved, in whatever order")
    func digest() {
        let policy = OwnerPolicy(approvedPods: ["carol/y", "bob/x"])
        #expect(policy.sha256 == Hex.encode(SHA256.hash(Array("bob/x\ncarol/y\n".utf8))))
        #expect(policy.sha256 == OwnerPolicy(approvedPods: ["bob/x", "carol/y", "bob/x"]).sha256)
        #expect(policy.sha256 != OwnerPolicy(approvedPods: ["bob/x"]).sha256)
        #expect(OwnerPolicy(approvedPods: []).sha256 == Hex.encode(SHA256.hash([])))
    }

    @Test("It also says which methods and projects were allowed, and nothing of what is not restricted")
    func digestOfRestrictions() {
        let policy = OwnerPolicy(
            approvedPods: ["bob/x"],
            methods: [.signature, .saml],
            projects: ["acme/ward": ["p2", "p1"], "acme/clinic": []]
        )
        let text = "bob/x\nmethods: saml signature\nprojects of acme/clinic:\nprojects of acme/ward: p1 p2\n"
        #expect(policy.sha256 == Hex.encode(SHA256.hash(Array(text.utf8))))
        let unrestricted = OwnerPolicy(approvedPods: [], methods: Set(AuditEntry.Method.allCases))
        #expect(unrestricted.sha256 == OwnerPolicy(approvedPods: []).sha256)
    }

    private func finding(_ policy: OwnerPolicy, _ request: ModellerRequest) async throws -> PolicyFinding {
        policy.examine(try #require(try await request.intake().request))
    }

    @Test("A way of proving identity that the owner does not name is refused before anybody is asked")
    func methods() async throws {
        let policy = OwnerPolicy(approvedPods: [], methods: [.signature])
        #expect(try await finding(policy, ModellerRequest()).result == .notApplicable)
        var request = ModellerRequest()
        request.authenticationType = .oidcDeviceCode
        let refused = try await finding(policy, request)
        #expect(refused.rule == "methods")
        #expect(refused.result == .refused(.methodNotAllowed))
        #expect(refused.result.name == "refused")

        let scene = try EvaluationScene(policy: policy) { _, _ in .code("ACCEPT") }
        let evaluation = await scene.evaluate(try #require(try await request.intake().request))
        #expect(evaluation.reason == .methodNotAllowed)
        #expect(evaluation.by == .policy)
        #expect(scene.accessManager.requests.isEmpty)
        #expect(scene.identityProvider.requests.isEmpty)
    }

    /// bitfount-protocol.md, 13.7
    @Test("A dataset can be restricted to projects")
    func projects() async throws {
        let policy = OwnerPolicy(approvedPods: [], projects: ["acme/ward": ["project-1"], "acme/clinic": []])
        #expect(try await finding(policy, ModellerRequest()).result == .notApplicable)
        for project in ["project-2", nil, "PROJECT-1"] {
            var request = ModellerRequest()
            request.projectID = project
            let refused = try await finding(policy, request)
            #expect(refused.rule == "projects")
            #expect(refused.result == .refused(.projectNotAllowed))
        }
        var elsewhere = ModellerRequest()
        elsewhere.recipientMailboxID = "clinic"
        elsewhere.podMailboxIDs = ["acme/clinic": "worker-mailbox-1"]
        elsewhere.podIdentifiers = ["acme/clinic"]
        #expect(try await finding(policy, elsewhere).result == .refused(.projectNotAllowed))
        let unrestricted = OwnerPolicy(approvedPods: [], projects: ["acme/ward": []])
        #expect(try await finding(unrestricted, elsewhere).result == .notApplicable)
    }
}

@Suite("Pods approved for secure aggregation")
struct SecureAggregationPolicyTests {
    private let pod = PodContext(
        ownerUsername: "acme",
        podName: "hospital",
        identifiers: ["acme/ward", "acme/clinic"]
    )

    private func unapproved(_ pods: [String], approved: [String]) -> [String] {
        SecureAggregationPolicy(approvedPods: approved).unapprovedPods(among: pods, target: "acme/ward", context: pod)
    }

    @Test("Alone, the task needs nobody's approval")
    func alone() {
        #expect(unapproved(["acme/ward"], approved: []).isEmpty)
    }

    @Test("The pod's own identifier and all own datasets are allowed")
    func own() {
        #expect(unapproved(["acme/ward", "acme/hospital", "acme/clinic"], approved: []).isEmpty)
    }

    @Test("Any other pod must be approved by its full name")
    func others() {
        #expect(unapproved(["acme/ward", "carol/y", "bob/x"], approved: []) == ["bob/x", "carol/y"])
        #expect(unapproved(["acme/ward", "carol/y", "bob/x"], approved: ["bob/x"]) == ["carol/y"])
        #expect(unapproved(["acme/ward", "carol/y", "bob/x"], approved: ["bob/x", "carol/y"]).isEmpty)
    }

    @Test("A bare name means one of the owner's own, never somebody else's")
    func bareNames() {
        #expect(unapproved(["acme/ward", "acme/lab"], approved: ["lab"]).isEmpty)
        #expect(unapproved(["acme/ward", "bob/lab"], approved: ["lab"]) == ["bob/lab"])
    }

    @Test("The owner's username does not approve everything of that owner")
    func unregisteredOwn() {
        #expect(unapproved(["acme/ward", "acme/unknown"], approved: []) == ["acme/unknown"])
    }
}
