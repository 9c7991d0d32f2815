// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Testing

@testable import TaskFlow

@Suite("What the Access Manager's answer means")
struct TaskDecisionTests {
    private func rejection(
        _ code: String,
        limits: [UsageLimit] = [],
        generation: Generation = .g2
    ) throws -> Rejection {
        let answer = AccessVerdict(code: AccessCode(rawValue: code), limits: limits)
        switch TaskDecision(answer, generation: generation, limits: EvaluationLimits()) {
        case .accept: throw Accepted()
        case .reject(let rejection): return rejection
        }
    }

    private struct Accepted: Error {}

    @Test("The literal code accepts")
    func accepts() {
        #expect(throws: Accepted.self) { try rejection("ACCEPT") }
    }

    @Test(
        "Nothing that only resembles it does",
        arguments: [
            "accept", "Accept", " ACCEPT", "ACCEPT ", "ACCEPT\n", "ACCEPT\u{0}", "ACCEPTED", "\u{FF21}CCEPT",
            "A\u{200D}CCEPT",
            "OK", "true", "PERHAPS", "null",
        ]
    )
    func unknown(code: String) throws {
        for generation in Generation.allCases {
            let rejection = try rejection(code, generation: generation)
            #expect(rejection.code == .noAccess)
            #expect(rejection.reason == .accessManagerUnknownCode)
            #expect(rejection.by == .failClosed)
        }
    }

    @Test("No code at all is refused")
    func missing() throws {
        #expect(try rejection("").reason == .accessManagerMissingCode)
        #expect(try rejection("").code == .noAccess)
    }

    @Test(
        "Every published code is passed on, in the nearest form that the first generation knows",
        arguments: [
            ("NO_ACCESS", .accessManagerNoAccess, .noAccess),
            ("INVALID_PROOF_OF_IDENTITY", .accessManagerInvalidProof, .invalidProofOfIdentity),
            ("UNAUTHORISED", .accessManagerUnauthorised, .unauthorised),
            ("NO_PROOF_OF_IDENTITY", .accessManagerNoProof, .noProofOfIdentity),
            ("NO_DATA", .accessManagerOtherCode, .noData),
            ("INCOMPATIBLE_DATASOURCE", .accessManagerOtherCode, .incompatibleDatasource),
            ("TASK_SETUP_ERROR", .accessManagerOtherCode, .taskSetupError),
            ("TASK_TIMEOUT", .accessManagerOtherCode, .taskTimeout),
            ("MISSING_EHR_CONNECTION", .accessManagerOtherCode, .missingEHRConnection),
            ("DATASOURCE_INACCESSIBLE", .accessManagerOtherCode, .datasourceInaccessible),
        ] as [(String, DecisionReason, RejectCode)]
    )
    func published(name: String, reason: DecisionReason, code: RejectCode) throws {
        let second = try rejection(name)
        #expect(second == Rejection(code: code, reason: reason, generation: .g2))
        #expect(second.code == code)
        #expect(second.by == .accessManager)
        let first = try rejection(name, generation: .g1)
        #expect(RejectionTests.firstGenerationCodes.contains(first.code))
        #expect(first.reason == reason)
    }

    private func limit(_ name: String, _ limit: Int?, used: Int) -> UsageLimit {
        UsageLimit(resourceType: "MODEL_INFERENCE", resourceName: name, limit: limit, totalUsage: used)
    }

    @Test("Limits that are reached are told with NO_ACCESS, to the second generation")
    func limits() throws {
        let limits = [
            limit("bob/reached:1", 5, used: 5), limit("bob/exceeded:1", 5, used: 6), limit("bob/left:1", 5, used: 4),
            limit("bob/unlimited:1", nil, used: 9),
        ]
        let second = try rejection("NO_ACCESS", limits: limits)
        #expect(second.reason == .accessManagerUsageLimit)
        #expect(
            second.details == [
                "Usage of model bob/reached:1 is above allowed limit",
                "Usage of model bob/exceeded:1 is above allowed limit",
            ]
        )
        let first = try rejection("NO_ACCESS", limits: limits, generation: .g1)
        #expect(first.reason == .accessManagerUsageLimit)
        #expect(first.details.isEmpty)
        #expect(try rejection("UNAUTHORISED", limits: limits).details.isEmpty)
        #expect(try rejection("NO_ACCESS", limits: [limit("bob/left:1", 5, used: 4)]).reason == .accessManagerNoAccess)
    }

    @Test("Names of resources that are not plain, and more of them than is sensible, are not told")
    func hostileLimits() throws {
        let hostile = [
            limit("a\nb", 1, used: 1), limit("", 1, used: 1), limit(String(repeating: "x", count: 257), 1, used: 1),
        ]
        let many = (0..<100).map { limit("m\($0)", 1, used: 1) }
        #expect(try rejection("NO_ACCESS", limits: hostile).details.isEmpty)
        #expect(try rejection("NO_ACCESS", limits: many).details.count == 32)
    }
}
