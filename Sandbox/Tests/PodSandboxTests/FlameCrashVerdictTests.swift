// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PodSandbox

@Suite struct FlameCrashVerdictTests {
    private static let whole = ["arrived", "decided", "sent", "reported"]

    private func violations(
        approval: String? = "approved",
        status: String? = "starting",
        writes: Int = 2,
        _ reasons: [String] = Self.whole
    ) -> [String] {
        let entries = reasons.enumerated().map { index, reason in
            ListedEntry(
                seq: index,
                type: "flame.approval",
                task: nil,
                decision: nil,
                reason: reason,
                modeller: nil,
                ref: "analysis-node:a"
            )
        }
        let part = FlameCrashVerdict.Part(id: "a", approval: approval, status: status, writes: writes)
        return FlameCrashVerdict(agentKills: 1, commandKills: 1, parts: [part], entries: entries).violations
    }

    @Test func whatIsAsItShouldBe() {
        #expect(violations().isEmpty)
        // Found at the Hub after a crash, a decision is delivered too.
        #expect(violations(["arrived", "decided", "already-there", "reported"]).isEmpty)
    }

    @Test func whatMustNeverBe() {
        #expect(violations(approval: nil) == ["part a is undecided at the Hub"])
        #expect(violations(status: nil) == ["part a is not begun at the Hub"])
        #expect(violations(writes: 3) == ["part a was changed 3 times at the Hub instead of twice"])
        #expect(violations(["arrived", "decided", "sent"]) == ["part a has the entries arrived, decided, sent"])
        for extra in ["decided", "sent", "already-there", "reported", "decided-at-hub"] {
            #expect(violations(Self.whole + [extra]).count == 1)
        }
    }
}
