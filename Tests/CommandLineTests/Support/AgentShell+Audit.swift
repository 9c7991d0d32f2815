// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import PodSandbox
import Testing

extension AgentShell {
    /// Runs the daemon, and `body` as soon as it is ready.
    func whileAgentIsReady(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await whileAgentRuns {
            try await self.waitUntilReady()
            try await body()
        }
    }

    /// By then the agent has recorded everything about its start.
    private func waitUntilReady() async throws {
        try await within(.seconds(60), "ready agent") {
            while try await self.unseen("status").exitCode != 0 { try Task.checkCancellation() }
        }
    }

    /// Changes the configuration: replaces one text by another.
    func configure(replacing old: String, with new: String) throws {
        let file = directory.appending(path: "agent.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing(old, with: new).utf8).write(to: file)
    }

    /// Asks the running agent over its status socket to record that something was exported, so many times.
    func recordExports(_ count: Int) async throws {
        var configuration = HTTPClientConfiguration()
        configuration.proxy = .none
        configuration.unixSocket = directory.appending(path: "state/status.sock")
        let client = HTTPClient(configuration)
        defer { client.shutdown() }
        let url = try #require(URL(string: "http://localhost/audit/actions"))
        let body = Data(#"{"export":{"note":{"format":"jsonl"}}}"#.utf8)
        for _ in 0..<count {
            let response = try await client.send(HTTPRequest(.post, url, body: .bytes(body)))
            try #require(response.status == 200)
        }
    }

    /// Lets the agent decide two tasks, of which it rejects one.
    func makeAuditLog() async throws {
        maskAuditValues()
        try await whileAgentIsReady {
            try await self.decideTwoTasks()
        }
    }

    private func decideTwoTasks() async throws {
        let dataset = "\(sandbox.owner.username)/heart-data"
        let key = try RecordedKey.modeller.privateKey
        let bob = sandbox.addModeller("bob", signingKey: key)
        sandbox.accessManager.grant(AccessGrant(modeller: "bob", podIdentifier: dataset))
        _ = try await bob.run(TaskSubmission([dataset]))
        let mallory = sandbox.addModeller("mallory", signingKey: key)
        _ = try await mallory.run(TaskSubmission([dataset]))
    }
}
