// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// What the operating system knows of the process.
@Suite struct ProcessTests {
    @Test func noCommandLeavesACoreDump() async throws {
        try await AgentShell.transcript { shell in
            let agent = try shell.startAgent()
            try await agent.whileRunning {
                try await within(.seconds(30), "status socket") {
                    while !FileManager.default.fileExists(
                        atPath: shell.directory.appending(path: "state/status.sock").path
                    ) {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                let limits = try String(contentsOfFile: "/proc/\(agent.processID)/limits", encoding: .utf8)
                #expect(limits.contains(#/Max core file size +0 +0 /#))
            }
            try await agent.stop()
        }
    }
}
