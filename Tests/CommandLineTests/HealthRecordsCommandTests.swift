// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct HealthRecordsCommandTests {
    @Test func pairings() async throws {
        try await AgentShell.golden("hub-health-records-pairings") { shell in
            try await shell.run("hub", "health-records", "pairings")
            shell.sandbox.smartOnFHIR.add(SandboxPairing(owner: "acme", resourceServer: nil))
            shell.sandbox.smartOnFHIR.add(SandboxPairing(owner: "acme", resourceServer: "https://fhir.example.com/r4"))
            try await shell.run("hub", "health-records", "pairings")
            try await shell.run("hub", "health-records", "pairings", "--output", "json")
            shell.sandbox.smartOnFHIR.faults.plan(.status(401))
            try await shell.run("hub", "health-records", "pairings")
        }
    }

    @Test func token() async throws {
        try await AgentShell.golden("hub-health-records-token") { shell in
            let begun = SandboxPairing(owner: "acme", resourceServer: nil)
            let pairing = SandboxPairing(owner: "acme", resourceServer: "https://fhir.example.com/r4")
            let get = ["hub", "health-records", "token", "--file"]
            shell.sandbox.smartOnFHIR.add(begun)
            try await shell.run(get + ["token"])
            shell.sandbox.smartOnFHIR.add(pairing)
            try await shell.run(get + ["token"])
            #expect(shell.contents(of: "token") == Data(pairing.accessToken.utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: shell.directory.appending(path: "token").path)
            #expect(mode[.posixPermissions] as? Int == 0o600)
            try await shell.run(get + ["token"])
            try await shell.run(
                get + ["second", "--resource-server", "https://fhir.example.com/r4/", "--output", "json"]
            )
            try await shell.run(get + ["third", "--resource-server", "https://other.example.com/r4"])
            try await shell.run(get + ["third", "--pairing", begun.id])
            try await shell.run(get + ["third", "--pairing", "unknown"])
            shell.sandbox.smartOnFHIR.faults.plan(.wrongTypes, path: "/api/pairings/\(pairing.id)/session")
            try await shell.run(get + ["third", "--pairing", pairing.id, "--verbose"])
            #expect(shell.contents(of: "third") == nil)
        }
    }
}
