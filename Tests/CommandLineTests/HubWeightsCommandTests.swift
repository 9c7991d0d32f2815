// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct HubWeightsCommandTests {
    private static let weights = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) })

    private static func prepare(_ shell: AgentShell) async throws {
        try shell.write("class MyModel: pass".utf8, to: "MyModel.py")
        try shell.write(weights, to: "weights.pt")
        try await shell.prepare("hub", "models", "send", "MyModel.py")
    }

    @Test func send() async throws {
        try await AgentShell.golden("hub-weights-send") { shell in
            try await Self.prepare(shell)
            try await shell.run("hub", "models", "weights", "send", "MyModel", "weights.pt", "--model-version", "1")
            shell.sandbox.hub.multipart = .above(1000, chunkSize: 100_000)
            try await shell.run(
                "hub",
                "models",
                "weights",
                "send",
                "MyModel",
                "weights.pt",
                "--model-version",
                "1",
                "--output",
                "json"
            )
            try await shell.run("hub", "models", "weights", "send", "MyModel", "weights.pt", "--model-version", "2")
            let before = shell.sandbox.hub.log.requests().count
            try shell.write([], to: "huge.pt")
            try FileHandle(forWritingTo: shell.directory.appending(path: "huge.pt")).truncate(atOffset: 500 << 20 | 1)
            try await shell.run("hub", "models", "weights", "send", "MyModel", "huge.pt", "--model-version", "1")
            #expect(shell.sandbox.hub.log.requests().count == before, "nothing of it was sent")
            shell.sandbox.objectStorage.faults.plan(.status(400), method: "PUT")
            try await shell.run("hub", "models", "weights", "send", "MyModel", "weights.pt", "--model-version", "1")
        }
    }

    @Test func get() async throws {
        try await AgentShell.golden("hub-weights-get") { shell in
            try await Self.prepare(shell)
            try await shell.run("hub", "models", "weights", "get", "acme/MyModel", "--file", "fetched.pt")
            try await shell.prepare(
                "hub",
                "models",
                "weights",
                "send",
                "MyModel",
                "weights.pt",
                "--model-version",
                "1",
                "--compress"
            )
            try await shell.run("hub", "models", "weights", "get", "acme/MyModel", "--file", "fetched.pt")
            #expect(shell.contents(of: "fetched.pt") == Self.weights)
            try await shell.run(
                "hub",
                "models",
                "weights",
                "get",
                "acme/MyModel",
                "--file",
                "fetched.pt",
                "--output",
                "json"
            )
            let files = try FileManager.default.contentsOfDirectory(atPath: shell.directory.path).sorted()
            shell.sandbox.objectStorage.faults.plan(.status(403), method: "GET")
            try await shell.run("hub", "models", "weights", "get", "acme/MyModel", "--file", "refused.pt")
            try await shell.run("hub", "models", "weights", "get", "acme/MyModel", "--file", "no-such-directory/w.pt")
            #expect(try FileManager.default.contentsOfDirectory(atPath: shell.directory.path).sorted() == files)
        }
    }

    @Test func showsABarOnATerminalOnly() async throws {
        try await AgentShell.transcript { shell in
            try await Self.prepare(shell)
            let command = ["hub", "models", "weights", "send", "MyModel", "weights.pt", "--model-version", "1"]
            let seen = try await shell.runOnTerminal(command)
            #expect(seen.contains("weights.pt  [##############################] 100 %"))
            #expect(seen.contains("\r\u{1B}[KNAME"), "the bar is gone before the result comes")
            let received = try await shell.runOnTerminal([
                "hub", "models", "weights", "get", "acme/MyModel", "--file", "fetched.pt",
            ])
            #expect(received.contains("fetched.pt  [##############################] 100 %"))
            #expect(shell.contents(of: "fetched.pt") == Self.weights)
        }
    }
}
