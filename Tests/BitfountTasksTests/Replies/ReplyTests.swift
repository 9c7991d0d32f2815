// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack
import Testing

struct ReplyTests {
    @Test
    func acceptNamesTheTarget() {
        #expect(JobReply.accept("acme/ward") == ["ACCEPT": "acme/ward"])
    }

    @Test(arguments: RejectCode.allCases)
    func aRejectionOfTheSecondGenerationHasItsOwnCode(code: RejectCode) {
        #expect(JobReply.reject(code, details: ["why"], generation: .g2) == .map([code.rawValue: ["why"]]))
    }

    /// The first generation crashes on a code that it does not know (bitfount-protocol.md, 4.3).
    @Test(arguments: RejectCode.allCases)
    func aRejectionOfTheFirstGenerationHasAnOldCode(code: RejectCode) throws {
        let known: Set = ["NO_ACCESS", "INVALID_PROOF_OF_IDENTITY", "UNAUTHORISED", "NO_PROOF_OF_IDENTITY", "NO_DATA"]
        let keys = try #require(JobReply.reject(code, generation: .g1).mapValue?.keys)
        #expect(keys.count == 1)
        #expect(known.isSuperset(of: keys))
        #expect((code.fallbackForG1 == code) == (keys == [code.rawValue]))
    }

    @Test(arguments: RejectCode.allCases, Generation.allCases)
    func noRejectionReadsAsAnAcceptance(code: RejectCode, generation: Generation) {
        #expect(JobReply.reject(code, details: ["ACCEPT"], generation: generation).mapValue?["ACCEPT"] == nil)
    }

    @Test
    func anAbortIsAPlainSentence() {
        #expect(AbortBody.text("The modeller is offline.") == "The modeller is offline.")
    }

    @Test
    func onlyTheOldReasonsAreKnownToTheFirstGeneration() {
        #expect(AbortReason.allCases.filter(\.isKnownToG1) == [.workerError, .noNewData, .modellerTimeout])
        #expect(AbortReason.allCases.map(\.rawValue) == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11])
    }
}
