import Foundation
import Testing

@testable import AuditLog

/// A process that is killed while it records and decides.
@Suite struct SuddenDeathTests {
    @Test func whatWasAcknowledgedIsThereAndNothingIsHalfDone() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path
        for round in 0..<8 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
                try await Self.workUntilKilled(in: path, round: round)
            }
            try await Self.check(in: path)
        }
    }

    /// Notes in a file each decision that was reported as durable, and dies after some of them in the middle of others.
    private static func workUntilKilled(in path: String, round: Int) async throws {
        let store = try AgentStore(path: path + "/agent.sqlite")
        let notes = open(path + "/notes", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<16 {
                group.addTask {
                    for turn in 0... {
                        let task = "\(round)-\(worker)-\(turn)"
                        let id = try await store.receive(.sample(task)).id
                        let claim = try await store.claim(
                            id,
                            taskID: task,
                            target: "alice/heart-data",
                            requestSHA256: task,
                            entry: .received(task: task)
                        )
                        guard claim == .fresh else { return }
                        let reply = StoredReply(bytes: Array(task.utf8))
                        try await store.decide(id, entry: .decided(.accept, task: task), reply: reply)
                        let line = Array("\(task)\n".utf8)
                        guard write(notes, line, line.count) == line.count else { return }
                        if worker == round, turn == 5 + round * 3 { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private static func check(in path: String) async throws {
        let store = try AgentStore(path: path + "/agent.sqlite")
        let notes = try String(contentsOfFile: path + "/notes", encoding: .utf8)
        // A note that the kill cut short has no line end.
        let noted = notes.split(separator: "\n", omittingEmptySubsequences: true)
            .dropLast(notes.hasSuffix("\n") ? 0 : 1).map(String.init)
        let entries = try await store.entries().collected()
        #expect(entries.map(\.sequence) == Array(0..<Int64(entries.count)))
        let decided = entries.filter { $0.entry.type == .accessDecision }.compactMap(\.entry.task)
        let received = Set(entries.filter { $0.entry.type == .taskReceived }.compactMap(\.entry.task))
        #expect(Set(decided).count == decided.count)
        #expect(Set(noted).isSubset(of: decided))
        #expect(Set(decided).isSubset(of: received))
        let replies = try await store.pendingReplies(limit: .max)
        #expect(replies.map { String(decoding: $0.reply.bytes, as: UTF8.self) }.sorted() == decided.sorted())
        let unfinished = try await store.unfinishedInbox(limit: .max).map(\.message.payload)
        #expect(Set(unfinished).isDisjoint(with: decided.map { Array($0.utf8) }))
        try await store.close()
    }
}
