// SPDX-License-Identifier: Apache-2.0

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
