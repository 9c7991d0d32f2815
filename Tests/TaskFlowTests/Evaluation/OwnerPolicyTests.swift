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
