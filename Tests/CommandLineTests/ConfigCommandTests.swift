// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct ConfigCommandTests {
    @Test func checks() async throws {
        try await AgentShell.golden("config-check") { shell in
            try await shell.run("config", "check")
            try await shell.run("config", "check", environment: ["POD_AGENT_LIMITS_TASK_DEADLINE": "soon"])
            try await shell.run("config", "check", environment: ["POD_AGENT_LIMITS_TASK_DEADLINE": "20m"])
            try await shell.run("config", "check", "--colour")
        }
    }

    @Test func findsWhatAStartWouldFind() async throws {
        var settings = AgentSettings()
        settings.isFlameNode = true
        try await AgentShell.golden("config-check-files", settings) { shell in
            try await shell.run("config", "check")
            try await shell.run("config", "check", environment: ["POD_AGENT_STORAGE_ALLOWED_HOSTS": "['bucket[']"])
            for name in ["heart-data.schema.json", "api-key", "flame-client-secret"] {
                try FileManager.default.removeItem(at: shell.directory.appending(path: name))
            }
            try await shell.run("config", "check")
        }
    }

    /// What belongs to the pod says that there is none, and everything else works.
    @Test func flameNodeWithoutAPod() async throws {
        var settings = AgentSettings()
        settings.hasPod = false
        settings.isFlameNode = true
        settings.flameInterval = "1s"
        try await AgentShell.golden("flame-alone", settings) { shell in
            shell.maskAuditValues()
            // A checkpoint may be signed before the status is shown, or after.
            shell.mask("not since the start", as: "<time>")
            for node in shell.sandbox.flame.records("nodes") {
                shell.mask(try #require(node["externalName"]?.stringValue), as: "<external-name>")
            }
            try await shell.run("config", "check")
            try await shell.run("flame", "nodes", "list", "--sort", "name")
            try await shell.run("hub", "pods", "list")
            try await shell.run("am", "key")
            try await shell.run("keys", "show")
            try await shell.run("register")
            try await shell.run("login")
            try await shell.whileAgentIsReady {
                try await shell.waitUntilInStep()
                try await shell.run("status")
            }
            try await shell.run("audit", "list", "--type", "agent.start")
            try shell.configure(replacing: "flame:", with: "flame_node:")
            try await shell.run("config", "check")
            try Data().write(to: shell.directory.appending(path: "agent.yaml"))
            try await shell.run("config", "check")
        }
    }
}
