// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct RegisterCommandTests {
    @Test func registersAndUpdates() async throws {
        try await AgentShell.golden("register") { shell in
            try await shell.run("register")
            try await shell.run("register", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(401), method: "POST", path: "/api/pods")
            try await shell.run("register")
        }
    }
}
