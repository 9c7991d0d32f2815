import Testing

@Suite struct ConfigCommandTests {
    @Test func checks() async throws {
        try await AgentShell.golden("config-check") { shell in
            try await shell.run("config", "check")
            try await shell.run("config", "check", environment: ["POD_AGENT_LIMITS_TASK_DEADLINE": "soon"])
            try await shell.run("config", "check", "--colour")
        }
    }
}
