// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite struct KeysCommandTests {
    @Test func showsAndKeepsTheKey() async throws {
        try await AgentShell.golden("keys") { shell in
            try await shell.run("keys", "show")
            try await shell.run("keys", "create")
        }
    }
}
