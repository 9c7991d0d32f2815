// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct SegmentFilterTests {
    @Test func neverDeniesWhatIsInItAndRarelyClaimsWhatIsNot() {
        for count in [0, 1, 2, 50, 800] {
            let tokens = (0..<count).map { IndexToken(.task, value: "task-\($0)") }
            let filter = SegmentFilter.make(Set(tokens))
            #expect(filter.count <= max(8, count * 3 / 2 + 1))
            filter.withUnsafeBytes { bytes in
                #expect(tokens.allSatisfy { SegmentFilter.mayContain($0, bytes) })
                let strangers = (0..<10_000).filter {
                    SegmentFilter.mayContain(IndexToken(.modeller, value: "stranger-\($0)"), bytes)
                }
                #expect(strangers.count < 100)
            }
        }
    }

    @Test func theSameValueOfAnotherFieldIsAnotherToken() {
        #expect(Set(EntryField.allCases.map { IndexToken($0, value: "x") }).count == EntryField.allCases.count)
    }

    @Test func aTokenIsPartOfTheFormat() {
        // Stored filters were made with it: if this changes, the index has to be built anew.
        #expect(IndexToken(.task, value: "task-1").bits == 3_671_604_099_467_937_468)
    }
}
