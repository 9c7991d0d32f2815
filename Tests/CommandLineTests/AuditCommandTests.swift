// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// The audit commands on the log of a real agent that decided two tasks, and on what can be wrong with one.
@Suite(.serialized) struct AuditCommandTests {
    @Test func listsShowsAndCounts() async throws {
        try await AgentShell.golden("audit-list") { shell in
            try await shell.run("audit", "list")
            try await shell.run("audit", "stats")
            try await shell.makeAuditLog()
            try await shell.run("audit", "list")
            try await shell.run("audit", "list", "--modeller", "mallory", "--decision", "reject", "--output", "json")
            try await shell.run("audit", "list", "--type", "agent.start", "--limit", "1")
            try await shell.run("audit", "list", "--limit", "3")
            try await shell.run("audit", "list", "--limit", "2", "--output", "json")
            try await shell.run("audit", "list", "--all", "--dataset", "acme/heart-data", "--decision", "accept")
            try await shell.run("audit", "list", "--limit", "0")
            try await shell.run("audit", "list", "--limit", "1", "--all")
            try await shell.run("audit", "list", "--type", "agent.begin")
            try await shell.run("audit", "list", "--from", "yesterday")
            try await shell.run("audit", "show", "1")
            try await shell.run("audit", "show", "1", "--output", "json")
            try await shell.run("audit", "show", "1000")
            try await shell.run("audit", "stats")
            try await shell.run("audit", "stats", "--type", "access.decision", "--output", "json")
        }
    }

    @Test func provesAndSigns() async throws {
        try await AgentShell.golden("audit-prove") { shell in
            try await shell.makeAuditLog()
            try await shell.run("audit", "checkpoint")
            try await shell.run("audit", "checkpoint", "--keys")
            try await shell.run("audit", "checkpoint", "--size", "1000")
            try await shell.run("audit", "checkpoint", "--sign")
            try await shell.run("audit", "checkpoint", "--sign", "--keys")
            try await shell.run("audit", "prove", "2")
            try await shell.run("audit", "prove", "1000")
            try await shell.run("audit", "consistency", "3")
            try await shell.run("audit", "consistency", "1000")
            try await shell.run("audit", "list", "--type", "audit.checkpointed")
        }
    }

    @Test func verifiesAndTellsWhatIsWrong() async throws {
        try await AgentShell.golden("audit-verify") { shell in
            try await shell.run("audit", "verify")
            try await shell.makeAuditLog()
            let note = try await shell.prepare("audit", "checkpoint").standardOutput
            let key = try await shell.prepare("audit", "checkpoint", "--keys").standardOutput
            try shell.write(note.utf8, to: "saved.checkpoint")
            try shell.write(key.utf8, to: "vkey")
            try await shell.run("audit", "verify", "--checkpoint", "saved.checkpoint", "--key", "vkey")
            try await shell.run("audit", "verify", "--output", "json")
            try await shell.run("audit", "list", "--type", "audit.verified")

            try shell.write(note.replacing("/hospital-a/", with: "/hospital-b/").utf8, to: "foreign.checkpoint")
            try await shell.run("audit", "verify", "--checkpoint", "foreign.checkpoint")
            try shell.write("not a checkpoint\n".utf8, to: "no.checkpoint")
            try await shell.run("audit", "verify", "--checkpoint", "no.checkpoint")
            // A key from the documentation of Go's package for signed notes.
            let stranger = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            try await shell.run("audit", "verify", "--key", stranger)

            var database = try #require(shell.contents(of: "state/agent.sqlite"))
            let decision = try #require(database.range(of: Data(#""decision":"reject""#.utf8)))
            database.replaceSubrange(decision, with: Data(#""decision":"accept""#.utf8))
            try shell.write(database, to: "damaged.sqlite")
            try await shell.run("audit", "verify", "--database", "damaged.sqlite")
            try await shell.run("audit", "verify", "--database", "damaged.sqlite", "--output", "json")
            try shell.write(Data(repeating: 7, count: 10_000), to: "no.sqlite")
            try await shell.run("audit", "verify", "--database", "no.sqlite")
            try await shell.run("audit", "verify", "--database", "missing.sqlite")
        }
    }

    @Test func exportsInEveryForm() async throws {
        try await AgentShell.golden("audit-export") { shell in
            try await shell.makeAuditLog()
            try await shell.run("audit", "export")
            try await shell.run("audit", "export", "--out", "bundle")
            try await shell.run("audit", "export", "--out", "bundle")
            let files = try FileManager.default.contentsOfDirectory(
                atPath: shell.directory.appending(path: "bundle").path
            )
            #expect(
                files.sorted() == [
                    "README.md", "bundle.json", "checkpoint", "entries.jsonl", "keys-proofs.jsonl", "keys.jsonl",
                    "range.json", "vkey",
                ]
            )
            for format in ["jsonl", "ocsf", "ecs", "cef", "csv"] {
                try await shell.run("audit", "export", "--format", format, "--type", "access.decision")
            }
            try await shell.run("audit", "export", "--format", "csv", "--out", "bundle/README.md")
            try await shell.run("audit", "export", "--format", "xml", "--out", "x")
            try await shell.run("audit", "export", "--format", "csv", "--task", "x", "--database", "state/agent.sqlite")
            try await shell.run("audit", "list", "--type", "audit.exported")
        }
    }

    @Test func archivesForgetsAndSetsAside() async throws {
        try await AgentShell.golden("audit-upkeep") { shell in
            try shell.configure(replacing: "heartbeat:", with: "audit: { modeller_names: erasable }\nheartbeat:")
            try await shell.makeAuditLog()
            try await shell.run("audit", "archive", "--before", "2100-01-01")
            try await shell.run("audit", "archive")
            // The archive takes whole segments of 256 entries.
            try await shell.whileAgentIsReady { try await shell.recordExports(256) }
            try await shell.run("audit", "archive", "--before", "2100-01-01")
            try await shell.run("audit", "show", "3")
            try await shell.run("audit", "verify", "--archives", "state/audit/archive")

            try await shell.run("audit", "forget", "nobody")
            try await shell.run("audit", "forget")
            try await shell.run("audit", "set-aside", "bored")
            try await shell.run("audit", "set-aside", "rolled-back")
            try await shell.run("audit", "list")
        }
    }

    /// More entries than are shown by default, and than a table measures before it begins to print.
    @Test func listsTheNewestUnlessToldOtherwise() async throws {
        try await AgentShell.transcript { shell in
            try await shell.makeAuditLog()
            try await shell.whileAgentIsReady { try await shell.recordExports(300) }
            func lines(_ arguments: String...) async throws -> (output: [Substring], errors: String) {
                let command = try await shell.run(["audit", "list"] + arguments)
                try #require(command.exitCode == 0)
                return (command.standardOutput.split(separator: "\n"), command.standardError)
            }
            let all = try await lines("--all", "--output", "json")
            #expect(all.output.count > 310)
            #expect(all.errors.isEmpty)
            let newest = try await lines("--output", "json")
            #expect(newest.output == all.output.suffix(100))
            #expect(newest.errors == "only the newest 100 entries; --limit shows more of them, --all shows all\n")
            let two = try await lines("--limit", "2", "--output", "json")
            #expect(two.output == all.output.suffix(2))
            let enough = try await lines("--limit", "1000", "--output", "json")
            #expect(enough.output == all.output)
            #expect(enough.errors.isEmpty)

            let table = try await lines("--all").output
            #expect(table.count == all.output.count + 1)
            let column = try #require(table.first?.range(of: "TYPE")).lowerBound.utf16Offset(in: table[0])
            #expect(table.last?.utf16.dropFirst(column).starts(with: "agent.stop".utf16) == true)
        }
    }

    /// What root wrote there, the agent could not open any more.
    @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
    func leavesTheStateOfAnotherUserAlone() async throws {
        try await AgentShell.transcript { shell in
            try await shell.makeAuditLog()
            let database = shell.directory.appending(path: "state/agent.sqlite").path
            try #require(chown(database, 65_534, 65_534) == 0)
            let verified = try await shell.run("audit", "verify")
            #expect(verified.exitCode == 0)
            #expect(verified.standardError.contains("not recorded in the log"))
            #expect(try await shell.run("audit", "checkpoint", "--sign").exitCode == 69)
            #expect(try await shell.run("audit", "set-aside", "key-lost").exitCode == 66)
            try #require(chown(database, geteuid(), getegid()) == 0)
            let entries = try await shell.run("audit", "list", "--type", "audit.verified", "--output", "json")
            #expect(!entries.standardOutput.contains("audit.verified"))
            #expect(try await shell.run("audit", "verify").standardError.isEmpty)
        }
    }

    @Test func throughARunningAgent() async throws {
        try await AgentShell.golden("audit-running") { shell in
            try shell.configure(replacing: "heartbeat:", with: "audit: { modeller_names: erasable }\nheartbeat:")
            try await shell.makeAuditLog()
            try await shell.whileAgentIsReady {
                try await shell.run("status")
                try await shell.run("status", "--output", "json")
                try await shell.run("audit", "list", "--modeller", "mallory", "--type", "access.decision")
                try await shell.run("audit", "forget", "mallory")
                try await shell.run("audit", "list", "--modeller", "mallory", "--type", "access.decision")
                try await shell.run("audit", "forget", "mallory")
                try await shell.run("audit", "verify")
                try await shell.run("audit", "checkpoint", "--sign")
                try await shell.run("audit", "export", "--format", "csv", "--task", "none")
                try await shell.run("audit", "set-aside", "key-lost")
                try await shell.run("audit", "list", "--type", "audit.verified")
                try await shell.run("audit", "list", "--type", "audit.exported")
                try await shell.run("audit", "list", "--type", "modeller.forgotten")
            }
        }
    }
}
