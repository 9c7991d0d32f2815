// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct HubMonitorCommandTests {
    @Test func send() async throws {
        try await AgentShell.golden("hub-monitor-send") { shell in
            let about = ["hub", "monitor", "send", "--task", "t-1", "--sender", "worker-1"]
            try shell.write(#"{"class_name": "bitfount.ResultsOnly"}"#.utf8, to: "protocol.json")
            try await shell.run(
                about + ["--type", "TASK_CONFIG", "--privacy", "MODELLER", "--metadata", "protocol.json"]
            )
            try await shell.run(
                about + [
                    "--type", "TASK_STATUS_UPDATE", "--recipient", "alice", "--message", "halfway", "--progress",
                    "epochs=5/10", "--usage", "memory=0.5", "--output", "json",
                ]
            )
            let sent = shell.sandbox.hub.monitorUpdates.map(\.objectValue)
            #expect(sent.first??["metadata"] == ["class_name": "bitfount.ResultsOnly"])
            #expect(sent.first??["privacy"] == "MODELLER")
            #expect(sent.last??["progress"]?.objectValue?["epochs"]?.objectValue?.keys.sorted() == ["total", "value"])
            #expect(sent.last??["resourceUsage"] == ["memory": .double(0.5)])
            try await shell.run(about + ["--type", "TASK_CONFIG", "--privacy", "EVERYBODY"])
            try await shell.run(about + ["--type", "TASK_CONFIG", "--progress", "epochs"])
            shell.sandbox.hub.faults.plan(.status(403), method: "POST")
            try await shell.run(about + ["--type", "TASK_CONFIG"])
        }
    }
}
