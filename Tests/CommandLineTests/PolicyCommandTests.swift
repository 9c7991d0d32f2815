// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox
import Testing

@Suite struct PolicyCommandTests {
    private static let policy = """
        version: 1
        zone: Europe/Berlin
        rules:
          - name: no-sql
            when: {algorithm: "*SqlQuery"}
            then: deny
            reason: Free queries are not run.
          - name: night
            when: {hours: "22:00-05:00", modeller: mallory}
            then: deny
          - name: daily
            then: limit
            at_most: 20 per 24h
            each: modeller
        """

    private static let task = """
        {"modeller": "bob", "dataset": "acme/heart-data", "protocol": "bitfount.ResultsOnly", "project": null,
        "algorithms": [{"class": "bitfount.SqlQuery", "arguments": {"query": "SELECT 1"}, "model": null}],
        "aggregator": null, "other_pods": [], "identity": "signature"}
        """

    @Test func checksAndTests() async throws {
        try await AgentShell.golden("policy") { shell in
            let file = shell.directory.appending(path: "policy.yaml")
            try Data(Self.policy.utf8).write(to: file)
            try Data(Self.task.utf8).write(to: shell.directory.appending(path: "task.json"))
            try await shell.run("policy", "check")
            try await shell.run("policy", "check", "--policy", "policy.yaml")
            try await shell.run(
                "policy",
                "test",
                "task.json",
                "--policy",
                "policy.yaml",
                "--at",
                "2026-03-02T12:00:00Z"
            )
            let json = ["--policy", "policy.yaml", "--at", "2026-03-02T12:00:00Z", "--output", "json"]
            try await shell.run(["policy", "test", "task.json"] + json)
            try Data("{\"modeler\": 1}".utf8).write(to: shell.directory.appending(path: "task.json"))
            try await shell.run("policy", "test", "task.json", "--policy", "policy.yaml")
            try Data("version: 1\nrules: [{name: a, then: forbid}, {name: b}]\n".utf8).write(to: file)
            try await shell.run("policy", "check", "--policy", "policy.yaml")
            try await shell.run("reload")
        }
    }

    @Test func explainsAndReplays() async throws {
        try await AgentShell.golden("policy-log") { shell in
            try await shell.makeAuditLog()
            try shell.write(
                "version: 1\nrules: [{name: bob, when: {modeller: bob}, then: deny}]\n".utf8,
                to: "policy.yaml"
            )
            try await shell.run("policy", "explain", "4", "--policy", "policy.yaml")
            try await shell.run("policy", "explain", "4", "--policy", "policy.yaml", "--output", "json")
            try await shell.run("policy", "explain", "1", "--policy", "policy.yaml")
            try await shell.run("policy", "explain", "1000", "--policy", "policy.yaml")
            try await shell.run("policy", "replay", "--since", "90d", "--policy", "policy.yaml")
            try await shell.run("policy", "replay", "--policy", "policy.yaml", "--output", "json")
            try await shell.run("policy", "replay", "--since", "yesterday", "--policy", "policy.yaml")
        }
    }

    /// A running agent decides by the file that is in force, which only a file without fault takes the place of.
    @Test func reloads() async throws {
        try await AgentShell.golden("policy-reload") { shell in
            shell.maskAuditValues()
            try shell.configure(replacing: "pod:\n", with: "policy: {file: policy.yaml}\npod:\n")
            try shell.write(
                "version: 1\nrules: [{name: closed, then: deny, reason: Not yet}]\n".utf8,
                to: "policy.yaml"
            )
            let dataset = "\(shell.sandbox.owner.username)/heart-data"
            let bob = shell.sandbox.addModeller("bob", signingKey: try RecordedKey.modeller.privateKey)
            shell.sandbox.accessManager.grant(AccessGrant(modeller: "bob", podIdentifier: dataset))
            try await shell.whileAgentIsReady {
                _ = try await bob.run(TaskSubmission([dataset]))
                try shell.write("version: 1\nrules: [{name: open, then: maybe}]\n".utf8, to: "policy.yaml")
                try await shell.run("reload")
                _ = try await bob.run(TaskSubmission([dataset]))
                let limit = "version: 1\nrules: [{name: once, then: limit, at_most: 1 per 24h, each: modeller}]\n"
                try shell.write(limit.utf8, to: "policy.yaml")
                try await shell.run("reload")
                _ = try await bob.run(TaskSubmission([dataset]))
                _ = try await bob.run(TaskSubmission([dataset]))
            }
            try await shell.run(
                "audit",
                "list",
                "--type",
                "policy.loaded",
                "--type",
                "access.decision",
                "--output",
                "json"
            )
            try shell.write("version: 1\nrules: {}\n".utf8, to: "policy.yaml")
            try await shell.run("config", "check")
        }
    }
}
