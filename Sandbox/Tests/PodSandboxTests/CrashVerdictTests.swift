// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Testing

@testable import PodSandbox

/// A check that can't fail is none: the verdict must notice each thing that must never be.
@Suite struct CrashVerdictTests {
    private func acknowledgement(_ task: String) -> RecordedAcknowledgement {
        RecordedAcknowledgement(
            at: Date(),
            caller: "acme",
            mailboxID: "heart-data",
            receipt: "r-\(task)",
            taskID: task,
            deletesMailbox: false
        )
    }

    private func reply(_ task: String, _ type: MessageType = .jobAccept, body: [UInt8] = [1]) -> SentMessage {
        SentMessage(
            at: Date(),
            instant: .now,
            caller: "acme",
            type: type,
            body: body,
            recipient: "alice",
            recipientMailboxID: "m",
            sender: "acme/heart-data",
            senderMailboxID: "w",
            timestamp: "",
            taskID: task,
            abortReason: nil
        )
    }

    private func decision(_ task: String, _ decision: String = "accept") -> ListedEntry {
        ListedEntry(
            seq: 0,
            type: "access.decision",
            task: task,
            decision: decision,
            reason: "accepted",
            modeller: "alice"
        )
    }

    private func violations(
        _ tasks: [String],
        _ replies: [SentMessage],
        _ entries: [ListedEntry]
    ) -> [String] {
        CrashVerdict(
            submitted: 9,
            rounds: 1,
            acknowledgements: tasks.map(acknowledgement),
            sent: replies,
            entries: entries
        ).violations
    }

    @Test func whatIsAsItShouldBe() {
        #expect(violations(["a"], [reply("a")], [decision("a")]).isEmpty)
        // The same reply, sent again after a crash, is no second decision.
        #expect(violations(["a"], [reply("a"), reply("a")], [decision("a")]).isEmpty)
    }

    @Test func whatMustNeverBe() {
        #expect(violations(["a"], [], []).count == 2)
        #expect(violations(["a"], [reply("a")], []) == ["task a has 0 decisions"])
        #expect(violations(["a"], [], [decision("a")]) == ["task a has 0 different replies"])
        #expect(violations(["a"], [reply("a")], [decision("a"), decision("a")]) == ["task a has 2 decisions"])
        #expect(
            violations(["a"], [reply("a"), reply("a", body: [2])], [decision("a")]) == [
                "task a has 2 different replies"
            ]
        )
        #expect(violations(["a"], [reply("a")], [decision("a", "reject")]).count == 1)
        #expect(violations([], [reply("a")], []) == ["task a has 0 decisions"])
    }

    @Test func whatIsSetAsideHasNoAnswer() {
        let setAside = ListedEntry(
            seq: 0,
            type: "task.malformed",
            task: "a",
            decision: "reject",
            reason: "repeated-crash",
            modeller: "alice"
        )
        #expect(violations(["a"], [], [setAside]).isEmpty)
        #expect(violations(["a", "b"], [reply("b")], [setAside, decision("b")]).isEmpty)
        #expect(violations(["a", "b"], [], [setAside]).count == 2)
        #expect(violations(["a"], [reply("a")], [setAside]).count == 1)
        #expect(violations(["a"], [reply("a")], [setAside, decision("a")]).count == 1)
    }
}
