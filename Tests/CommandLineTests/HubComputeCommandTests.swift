// SPDX-License-Identifier: Apache-2.0

import PodSandbox
import Testing

@Suite struct HubComputeCommandTests {
    @Test func compute() async throws {
        try await AgentShell.golden("hub-compute") { shell in
            let registered = try await shell.run("hub", "compute", "register", "--address", "10.0.0.7")
            let id = try #require(registered.standardOutput.split(whereSeparator: \.isWhitespace).dropFirst().first)
            let request = "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n"
            try shell.write(request.utf8, to: "pod.csr")
            try await shell.run("hub", "compute", "certificate", String(id))
            try await shell.run("hub", "compute", "request-certificate", String(id), "pod.csr")
            try await shell.run("hub", "compute", "request-certificate", String(id), "pod.csr")
            try await shell.run("hub", "compute", "certificate", String(id), "--output", "json")
            try await shell.run("hub", "compute", "certificate", "other")
            try await shell.run("hub", "compute", "request-certificate", String(id), "none.csr")
            shell.sandbox.hub.faults.plan(.status(401), method: "PUT")
            try await shell.run("hub", "compute", "register", "--address", "10.0.0.7", "--cluster", "c-1")
        }
    }
}
