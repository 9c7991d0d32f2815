// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import PodSandbox
import Testing

@Suite struct AccessManagerCommandTests {
    private static let question = [
        "--dataset", "acme/heart-data", "--modeller", "alice", "--protocol", "protocol.json",
    ]

    private static func prepare(_ shell: AgentShell) async throws {
        try await shell.prepare("register")
        let task = #"{"class_name": "bitfount.ResultsOnly", "algorithm": {"class_name": "bitfount.ColumnAverage"}}"#
        try shell.write(task.utf8, to: "protocol.json")
    }

    @Test func key() async throws {
        try await AgentShell.golden("am-key") { shell in
            try await shell.run("am", "key")
            try await shell.run("am", "key", "--output", "json")
            shell.sandbox.accessManager.faults.plan(.notJSON)
            try await shell.run("am", "key")
            shell.sandbox.accessManager.faults.plan(.status(404))
            try await shell.run("am", "key")
        }
    }

    @Test func signature() async throws {
        try await AgentShell.golden("am-check-signature") { shell in
            try await Self.prepare(shell)
            _ = shell.sandbox.addModeller("alice")
            shell.sandbox.hub.addKey(try RecordedKey.modeller.publicKey, of: "alice", id: "42")
            let request = Array("what is signed".utf8)
            try shell.write(request, to: "request.bin")
            try shell.write(try await RecordedKey.modeller.signPSS(request), to: "signature.bin")
            try shell.write(try await RecordedKey.other.signPSS(request), to: "forged.bin")
            let check =
                ["am", "check", "signature"] + Self.question + ["--request", "request.bin", "--key-id", "42"]
            try await shell.run(check + ["--signature", "signature.bin"])
            shell.sandbox.accessManager.grant(AccessGrant(modeller: "alice", podIdentifier: "acme/heart-data"))
            try await shell.run(check + ["--signature", "signature.bin"])
            try await shell.run(check + ["--signature", "forged.bin", "--project", "p-1", "--output", "json"])
            shell.sandbox.accessManager.faults.plan(.status(500))
            try await shell.run(check + ["--signature", "signature.bin"])
            try shell.write("[]".utf8, to: "protocol.json")
            try await shell.run(check + ["--signature", "signature.bin"])
        }
    }

    @Test func oidc() async throws {
        try await AgentShell.golden("am-check-oidc") { shell in
            try await Self.prepare(shell)
            try shell.write("token\n".utf8, to: "token")
            let check = ["am", "check", "oidc"] + Self.question + ["--token", "token"]
            try await shell.run(check)
            let limit: JSONValue = [
                "resourceType": "MODEL_INFERENCE", "resourceName": "bob/Model:3", "limit": 10, "totalUsage": 4,
                "modelDownloadUrl": "https://storage.example.com/model?X-Amz-Signature=secret",
            ]
            shell.sandbox.accessManager.script(.code("ACCEPT", limits: [limit]), for: "alice")
            try await shell.run(check)
            try await shell.run(check + ["--output", "json"])
            #expect(shell.sandbox.accessManager.checks.last?.proof == .token("token"))
            shell.sandbox.accessManager.script(.code("PERHAPS"), for: "alice")
            try await shell.run(check)
            shell.sandbox.accessManager.script(.noCode, for: "alice")
            try await shell.run(check)
            try await shell.run(["am", "check", "oidc"] + Self.question + ["--token", "missing"])
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644],
                ofItemAtPath: shell.directory.appending(path: "token").path
            )
            try await shell.run(check)
        }
    }

    @Test func saml() async throws {
        try await AgentShell.golden("am-check-saml") { shell in
            try await Self.prepare(shell)
            let begun = try await shell.run("am", "challenge", "--file", "challenge")
            let request = try #require(begun.standardOutput.split(whereSeparator: \.isWhitespace).last)
            shell.mask(String(request), as: "<saml request>")
            try await shell.run("am", "challenge", "--file", "challenge")
            try shell.write(#"{"SAMLResponse": "forged", "RelayState": ""}"#.utf8, to: "response.json")
            let check = ["am", "check", "saml"] + Self.question + ["--response", "response.json"]
            try await shell.run(check + ["--challenge", "challenge"])
            shell.sandbox.accessManager.script(.code("ACCEPT"), for: "alice")
            try await shell.run(check + ["--challenge", "challenge", "--output", "json"])
            try await shell.run(check + ["--challenge", "response.json"])
            shell.sandbox.accessManager.faults.plan(.status(401))
            try await shell.run("am", "challenge", "--file", "second")
        }
    }
}
