// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PodSandbox
import SystemFiles
import Testing

/// The agent as a unit starts it and an operator meets it: runtime directory, signals, root's commands.
@Suite(.timeLimit(.minutes(2))) struct InstalledAgentTests {
    private func waitUntilReady(_ shell: AgentShell) async throws {
        try await within(.seconds(60), "ready agent") {
            while try await shell.unseen("status").exitCode != 0 { try Task.checkCancellation() }
        }
    }

    /// A unit's `RuntimeDirectory=` is in the agent's environment and not in the shell's.
    @Test func commandsFindTheSocketInTheUnitsRuntimeDirectory() async throws {
        try await AgentShell.transcript { shell in
            let runtime = shell.directory.appending(path: "run")
            let agent = try shell.startAgent(environment: ["RUNTIME_DIRECTORY": runtime.path])
            try await agent.whileRunning { try await self.waitUntilReady(shell) }
            #expect(try FilePresence.check(runtime.appending(path: "status.sock")))
            try await agent.stop()

            // Started by hand it listens in the state directory again, where the link was.
            let other = try shell.startAgent()
            try await other.whileRunning { try await self.waitUntilReady(shell) }
            try await other.stop()
        }
    }

    @Test func aHangUpIsLoggedAndNothingElse() async throws {
        try await AgentShell.transcript { shell in
            let agent = try shell.startAgent()
            try await agent.whileRunning {
                try await self.waitUntilReady(shell)
                kill(agent.processID, SIGHUP)
                try await within(.seconds(10), "line in the log") {
                    while try !String(contentsOf: agent.log, encoding: .utf8).contains("SIGHUP") {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(try await shell.unseen("status").exitCode == 0)
            }
            #expect(try await agent.stop() == 0)
            let stops = try await shell.unseen("audit", "list", "--type", "agent.stop", "--output", "json")
            #expect(stops.standardOutput.contains("stopped"))
        }
    }

    /// Nobody will ever write into the pipe; and no wait for it may hold up the stop.
    @Test func aNamedPipeAsCSVFileIsAnErrorAtOnce() async throws {
        try await AgentShell.transcript { shell in
            let pipe = shell.directory.appending(path: "heart.csv")
            try #require(mkfifo(pipe.path, 0o600) == 0)
            let schema = shell.directory.appending(path: "heart-data.schema.json").path
            try shell.configure(replacing: "schema_file: \"\(schema)\"", with: "csv_file: heart.csv")
            let check = try await shell.unseen("config", "check")
            #expect(check.exitCode == 78)
            let register = try await shell.unseen("register")
            #expect(register.exitCode == 66)
            #expect(register.standardError.contains("isn't a regular file"))
            let agent = try shell.startAgent()
            try await within(.seconds(30), "line in the log") {
                while try !String(contentsOf: agent.log, encoding: .utf8).contains("isn't a regular file") {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try await agent.stop(atMost: .seconds(10)) == 0)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can have files of other accounts"))
    func rootsCommandsWorkBesideTheAgentsAccount() async throws {
        let account: uid_t = 54_321
        try await AgentShell.transcript { shell in
            let state = shell.directory.appending(path: "state")
            let key = state.appending(path: "keys/pod_rsa.pem")
            for path in [state.path, state.appending(path: "keys").path, key.path] {
                try #require(chown(path, account, account) == 0)
            }
            let shown = try await shell.unseen("keys", "show")
            #expect(shown.exitCode == 0, "\(shown.standardError)")
            #expect(shown.standardOutput.hasPrefix("ssh-rsa "))
            try FileManager.default.removeItem(at: state.appending(path: "keys"))
            try await shell.prepare("keys", "create")
            for name in ["keys", "keys/pod_rsa.pem", "keys/pod_rsa.pub.pem"] {
                var status = stat()
                #expect(stat(state.appending(path: name).path, &status) == 0 && status.st_uid == account, "\(name)")
            }
        }
    }
}
