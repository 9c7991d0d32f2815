// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

/// What strangers wrote, as people see it on a terminal.
@Suite struct ForeignTextTests {
    /// Clears the screen, turns the direction of text, ends the line and hides what follows.
    private static let hostile = "\u{9B}2J\u{202E}\u{1B}[1A\u{1B}[2K\r\n\u{200B}sound\u{7F}"

    /// What a terminal would act on, apart from the ends of lines.
    private static func steering(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n" && scalar != "\r"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    @Test func nothingThatAFlameHubSaysSteersATerminal() async throws {
        try await AgentShell.transcript { shell in
            try shell.configureFlame()
            let hub = shell.sandbox.flame
            let id = hub.insert("projects", ["name": .string(Self.hostile), "description": .string(Self.hostile)])
            let commands = [["flame", "projects", "list", "--all"], ["flame", "projects", "get", id]]
            for command in commands + commands.map({ $0 + ["--output", "json"] }) {
                let seen = try await shell.runOnTerminal(command)
                #expect(Self.steering(seen) == [], "\(command)")
                #expect(seen.contains("sound"))
                #expect(!seen.contains { $0.isNewline && seen.hasPrefix("sound") })
                // A program gets the same text.
                let output = try await shell.unseen(command[0], command[1], "get", id, "--output", "json")
                    .standardOutput
                let record = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
                #expect(record?["name"] as? String == Self.hostile)
                #expect(Self.steering(output) == [])
            }
            let body = #"{"statusCode": 400, "code": "x", "message": "no\nsound: all is well \#u{9B}2J\#u{202E}"}"#
            hub.faults.plan(.status(400, body: body), path: "/core/projects", times: nil)
            for flags in [[], ["--verbose"]] {
                let seen = try await shell.runOnTerminal(["flame", "projects", "list"] + flags)
                #expect(Self.steering(seen) == [])
                #expect(seen.contains("error: "))
                #expect(!seen.split(whereSeparator: \.isNewline).contains { $0.hasPrefix("sound") })
            }
        }
    }

    @Test func nothingInADatabaseOfAnotherSteersATerminal() async throws {
        try await AgentShell.transcript { shell in
            try await shell.makeAuditLog()
            let database = try #require(shell.contents(of: "state/agent.sqlite"))
            var forged = database
            // As long as the name that it takes the place of.
            let replacement = Data("\u{9B}\u{202E}xx".utf8)
            let name = Data("mallory".utf8)
            try #require(replacement.count == name.count)
            while let range = forged.range(of: name) { forged.replaceSubrange(range, with: replacement) }
            try #require(forged != database)
            try shell.write(forged, to: "forged.sqlite")
            let shown = try await shell.unseen("audit", "list", "--database", "forged.sqlite", "--output", "json")
            #expect(shown.standardOutput.contains("\u{9B}\u{202E}xx"), "a program gets the bytes that were stored")
            let entry = try #require(
                shown.standardOutput.split(separator: "\n").first { $0.contains("\u{9B}") }?.firstMatch(
                    of: /"seq":(\d+)/
                )
            )
            for command in [
                ["list"], ["show", String(entry.1)], ["stats"], ["verify"], ["export", "--format", "csv"],
            ] {
                for output in [[], ["--output", "json"]] where command[0] != "export" || output.isEmpty {
                    let arguments = ["audit"] + command + ["--database", "forged.sqlite"] + output
                    // The agent's own progress bar is drawn over itself.
                    let seen = try await shell.runOnTerminal(arguments).replacing("\r\u{1B}[K", with: "")
                    #expect(Self.steering(seen) == [], "\(arguments)")
                }
            }
        }
    }
}
