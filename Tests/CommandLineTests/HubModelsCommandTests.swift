// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct HubModelsCommandTests {
    private static let source = "class MyModel:\r\n    pass\r\n"

    private static func prepare(_ shell: AgentShell) async throws {
        try shell.write(source.utf8, to: "MyModel.py")
        try await shell.prepare("hub", "models", "send", "MyModel.py")
    }

    @Test func list() async throws {
        try await AgentShell.golden("hub-models-list") { shell in
            try await Self.prepare(shell)
            try await shell.run("hub", "models", "list")
            try await shell.run("hub", "models", "list", "--output", "json")
            shell.sandbox.hub.faults.plan(.status(403), path: "/api/models")
            try await shell.run("hub", "models", "list")
        }
    }

    @Test func get() async throws {
        try await AgentShell.golden("hub-models-get") { shell in
            try await shell.run("hub", "models", "get", "acme/MyModel")
            try await Self.prepare(shell)
            try await shell.run("hub", "models", "get", "acme/MyModel")
            try await shell.run(
                "hub",
                "models",
                "get",
                "acme/MyModel",
                "--model-version",
                "1",
                "--file",
                "fetched.py",
                "--output",
                "json"
            )
            #expect(shell.contents(of: "fetched.py") == Data("class MyModel:\n    pass\n".utf8))
            shell.sandbox.objectStorage.faults.plan(.status(200, body: "import os"), method: "GET")
            try await shell.run("hub", "models", "get", "acme/MyModel", "--file", "forged.py")
            #expect(shell.contents(of: "forged.py") == nil)
            try await shell.run("hub", "models", "get", "acme/MyModel", "--project", "p-1")
            try await shell.run("hub", "models", "get", "acme/MyModel", "--model-version", "2")
            try await shell.run("hub", "models", "get", "MyModel")
        }
    }

    @Test func send() async throws {
        try await AgentShell.golden("hub-models-send") { shell in
            try shell.write(Self.source.utf8, to: "MyModel.py")
            try await shell.run("hub", "models", "send", "MyModel.py", "--private", "--description", "First")
            try await shell.run("hub", "models", "send", "MyModel.py", "--output", "json")
            let before = shell.sandbox.hub.log.requests().count
            try shell.write(repeatElement(0x61, count: 3 * 1024 * 1024 + 1), to: "Large.py")
            try await shell.run("hub", "models", "send", "Large.py")
            try shell.write([0xFF, 0xFE], to: "Binary.py")
            try await shell.run("hub", "models", "send", "Binary.py")
            try await shell.run("hub", "models", "send", "nothing.py")
            #expect(shell.sandbox.hub.log.requests().count == before, "nothing of these was sent")
            shell.sandbox.hub.faults.plan(.status(413), method: "POST")
            try await shell.run("hub", "models", "send", "MyModel.py")
            shell.sandbox.hub.faults.plan(
                .status(200, body: #"{"success": false, "errorMessage": "no class in it"}"#),
                method: "POST"
            )
            try await shell.run("hub", "models", "send", "MyModel.py")
            shell.sandbox.objectStorage.faults.plan(.status(403), method: "POST")
            try await shell.run("hub", "models", "send", "MyModel.py")
        }
    }
}
