// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import PodSandbox
import Testing

@Suite(.timeLimit(.minutes(1))) struct LoginCommandTests {
    /// Configures a login in the place of the API key, in the agent's state directory.
    private func configure(_ shell: AgentShell) throws {
        for (name, key) in [("api-key-id", "api_key_id_file"), ("api-key", "api_key_file")] {
            let line = "  \(key): \"\(shell.directory.appending(path: name).path)\"\n"
            try shell.configure(replacing: line, with: key == "api_key_file" ? "  token_file: state/token\n" : "")
        }
    }

    private func login(_ shell: AgentShell, as user: String) async throws -> Int32 {
        let command = try AgentProcess(
            executable: PodAgentExecutable.url(),
            arguments: ["login", "--config", shell.directory.appending(path: "agent.yaml").path],
            directory: shell.directory,
            log: "login.log"
        )
        let code = try await shell.sandbox.identityProvider.waitForUserCode()
        // What goes into a file is there before anybody has confirmed anything.
        try await within(.seconds(20), "code in the output") {
            while try !String(contentsOf: command.log, encoding: .utf8).contains(code) {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        try shell.sandbox.identityProvider.answerDeviceCode(userCode: code, as: user, approves: true)
        return try await command.waitForExit(atMost: .seconds(30))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can have files of other accounts"))
    func rootLogsInForTheAgentsAccount() async throws {
        let account: uid_t = 54_321
        try await AgentShell.transcript { shell in
            try self.configure(shell)
            let state = shell.directory.appending(path: "state")
            try #require(chown(state.path, account, account) == 0)
            #expect(try await self.login(shell, as: shell.sandbox.owner.username) == 0)
            for name in ["token", "token.lock"] {
                var status = stat()
                #expect(stat(state.appending(path: name).path, &status) == 0 && status.st_uid == account, "\(name)")
            }
            let check = try await shell.unseen("config", "check")
            #expect(check.exitCode == 0, "\(check.standardError)")
        }
    }

    /// Somebody who may not write there changes nothing, and is told before a person is asked for anything.
    @Test func aPlaceThatCannotBeWrittenIsSaidBeforeTheLogin() async throws {
        try await AgentShell.transcript { shell in
            try self.configure(shell)
            chmod(shell.directory.appending(path: "state").path, 0o777)
            let refused = try await shell.unseen("login")
            #expect(refused.exitCode == 66)
            #expect(refused.standardError.contains("Other accounts can write"))
            #expect(shell.sandbox.identityProvider.log.requests(method: "POST", path: "/oauth/device/code").isEmpty)
        }
    }
}
