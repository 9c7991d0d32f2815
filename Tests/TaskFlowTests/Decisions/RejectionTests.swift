// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Testing

@testable import TaskFlow

@Suite("What a modeller is told")
struct RejectionTests {
    /// The codes that SDKs before 9.0.0 know, `ACCEPT` apart (bitfount-protocol.md, 4.3).
    static let firstGenerationCodes: Set<RejectCode> = [
        .noAccess, .invalidProofOfIdentity, .unauthorised, .noProofOfIdentity, .noData,
    ]

    @Test("The first generation only gets codes that it knows, and no texts", arguments: DecisionReason.allCases)
    func firstGeneration(reason: DecisionReason) {
        let rejection = Rejection(reason, generation: .g1)
        #expect(Self.firstGenerationCodes.contains(rejection.code))
        #expect(rejection.details.isEmpty)
        #expect(rejection.reason == reason)
        #expect(rejection.by == reason.authority)
    }

    @Test("Texts are given only with the codes of a faulty or late request", arguments: DecisionReason.allCases)
    func texts(reason: DecisionReason) {
        let rejection = Rejection(reason, generation: .g2)
        let explains = rejection.code == .taskSetupError || rejection.code == .taskTimeout
        #expect(rejection.details.count == (explains ? 1 : 0))
    }

    @Test(
        "The situations of bitfount-protocol.md, 9.6",
        arguments: [
            (.staleRequest, .taskTimeout, .noProofOfIdentity),
            (.futureRequest, .taskTimeout, .noProofOfIdentity),
            (.untrustedClock, .taskTimeout, .noProofOfIdentity),
            (.unknownTarget, .noAccess, .noAccess),
            (.unapprovedPods, .noAccess, .noAccess),
            (.replayedTask, .noAccess, .noAccess),
            (.replayedRequest, .noAccess, .noAccess),
            (.flowSpec, .taskSetupError, .noAccess),
            (.localAuthentication, .taskSetupError, .noAccess),
            (.unknownAuthentication, .taskSetupError, .noAccess),
            (.samlUnsupported, .taskSetupError, .noAccess),
            (.protocolMismatch, .taskSetupError, .noAccess),
            (.noHandoff, .taskSetupError, .noAccess),
            (.malformedProtocol, .taskSetupError, .noAccess),
            (.podNotNamed, .taskSetupError, .noAccess),
            (.podsMismatch, .taskSetupError, .noAccess),
            (.malformedTimestamp, .taskSetupError, .noAccess),
            (.identityTimeout, .noProofOfIdentity, .noProofOfIdentity),
            (.identityProviderUnreachable, .noProofOfIdentity, .noProofOfIdentity),
            (.accessManagerUnreachable, .noProofOfIdentity, .noProofOfIdentity),
            (.accessManagerRefused, .noProofOfIdentity, .noProofOfIdentity),
            (.accessManagerMalformed, .noProofOfIdentity, .noProofOfIdentity),
            (.accessManagerUnknownCode, .noAccess, .noAccess),
            (.accessManagerMissingCode, .noAccess, .noAccess),
            (.crashDuringIdentity, .noProofOfIdentity, .noProofOfIdentity),
            (.deadline, .noProofOfIdentity, .noProofOfIdentity),
        ] as [(DecisionReason, RejectCode, RejectCode)]
    )
    func situations(reason: DecisionReason, second: RejectCode, first: RejectCode) {
        #expect(Rejection(reason, generation: .g2).code == second)
        #expect(Rejection(reason, generation: .g1).code == first)
    }

    @Test("The text of a late request is the genuine pod's")
    func lateText() {
        #expect(Rejection(.staleRequest, generation: .g2).details == ["Task request timed out"])
    }
}
