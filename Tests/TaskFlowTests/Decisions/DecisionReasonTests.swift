// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Testing

@testable import TaskFlow

@Suite("The list of reasons")
struct DecisionReasonTests {
    @Test("Every reason has a name for files and a sentence of its own for people")
    func complete() {
        for reason in DecisionReason.allCases {
            #expect(reason.rawValue.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x61...0x7A).contains($0) })
            #expect(reason.explanation.hasSuffix("."))
        }
        #expect(Set(DecisionReason.allCases.map(\.explanation)).count == DecisionReason.allCases.count)
    }

    @Test("Only the Access Manager's own known answers are its decisions")
    func authority() {
        let own = DecisionReason.allCases.filter { $0.authority == .accessManager }
        #expect(
            own == [
                .accepted, .accessManagerNoAccess, .accessManagerUsageLimit, .accessManagerInvalidProof,
                .accessManagerUnauthorised, .accessManagerNoProof, .accessManagerOtherCode,
            ]
        )
    }
}
