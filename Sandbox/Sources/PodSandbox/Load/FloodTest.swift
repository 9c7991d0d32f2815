// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
package import Foundation

/// One genuine signed request behind many that nobody can prove, to measure how long it waits and what the others cost.
package struct FloodTest: Sendable {
    /// What is in the way.
    package enum Kind: String, Sendable, CaseIterable {
        /// Signatures that are not their senders', each in another name that has a key.
        case signatures
        /// The same in names of which the Hub has no key.
        case strangers
        /// Exchanges in the genuine modeller's own name that nobody answers.
        case exchanges
    }

    /// The agent's executable.
    package let executable: URL
    /// Where the agent's files go.
    package let directory: URL
    /// The keys of the sandbox.
    package let keys: SandboxKeyStore
    /// What is in the way.
    package let kind: Kind
    /// How many.
    package let count: Int
    /// How long the genuine modeller waits.
    package let patience: Duration

    /// A test.
    package init(
        executable: URL,
        directory: URL,
        keys: SandboxKeyStore,
        kind: Kind,
        count: Int,
        patience: Duration = .seconds(300)
    ) {
        self.executable = executable
        self.directory = directory
        self.keys = keys
        self.kind = kind
        self.count = count
        self.patience = patience
    }

    /// What was measured.
    package struct Measurement: Sendable {
        /// What the genuine modeller was told.
        package let answer: String
        /// How long that took, from the moment that the agent could begin.
        package let waited: Duration
        /// The agent's processor time, until the mailbox was empty and it had come to rest.
        package let processorTime: Duration
        /// By how much the state grew.
        package let bytes: Int
        /// How often the Access Manager was asked.
        package let accessManagerCalls: Int
        /// How many there were in the way.
        package let count: Int

        /// A line for people.
        package var summary: String {
            let milliseconds: Double = processorTime / .milliseconds(1)
            let seconds: Double = waited / .seconds(1)
            let each = milliseconds / Double(max(1, count))
            return "\(answer) after \(String(format: "%.2f", seconds)) s; for each of the \(count) others "
                + "\(String(format: "%.2f", each)) ms of processor time and \(bytes / max(1, count)) bytes kept; "
                + "\(accessManagerCalls) calls of the Access Manager"
        }
    }

    /// Starts the agent, stops it while the requests are put into its mailbox, and lets it go on.
    package func run() async throws -> Measurement {
        async let modellerKey = keys.key("modeller")
        let configuration = SandboxConfiguration(accessManagerKey: try await keys.key("access-manager").publicKey)
        let signingKey = try await modellerKey
        return try await withSandbox(configuration) { sandbox in
            let agentDirectory = try AgentDirectory.write(to: directory, for: sandbox)
            let dataset = AgentSettings().datasets[0]
            let target = "\(sandbox.owner.username)/\(dataset)"
            let agent = try AgentProcess.run(executable: executable, agentDirectory)
            let modeller = sandbox.addModeller("alice", signingKey: signingKey)
            sandbox.accessManager.grant(AccessGrant(modeller: "alice", podIdentifier: target))
            let measured = try await agent.whileRunning {
                try await sandbox.waitUntilServing(dataset, atMost: .seconds(60))
                let forged = try await prepare(sandbox, modeller, target, signingKey)
                let genuine = TaskSubmission([target])
                return try await measure(sandbox, agent, agentDirectory, forged, modeller, genuine)
            }
            let before = measured.bytes
            try await agent.stop()
            let bytes = try Self.stateBytes(agentDirectory) - before
            return Measurement(
                answer: measured.outcome.answer.description,
                waited: measured.waited,
                processorTime: measured.processorTime,
                bytes: bytes,
                accessManagerCalls: measured.calls,
                count: count
            )
        }
    }

    private struct Measured: Sendable {
        let outcome: TaskOutcome
        let waited: Duration
        let processorTime: Duration
        let bytes: Int
        let calls: Int
    }

    private struct Forged: Sendable {
        let modeller: ScriptedModeller
        let submission: TaskSubmission
        let requests: [PreparedRequest]
    }

    /// Makes the requests beforehand, so that they can be submitted while the agent is stopped.
    private func prepare(
        _ sandbox: Sandbox,
        _ alice: ScriptedModeller,
        _ target: String,
        _ key: RSAPrivateKey
    ) async throws -> [Forged] {
        var forged: [Forged] = []
        for number in 0..<count {
            var submission = TaskSubmission([target])
            submission.delivery = .inline
            var modeller = alice
            switch kind {
            case .signatures:
                submission.flaw = .forgedSignature
                modeller = sandbox.addModeller("name-\(number)", signingKey: key)
            case .strangers:
                submission.flaw = .forgedSignature
                var tampering = Tampering()
                tampering.sender = "stranger-\(number)"
                submission.tampering = tampering
            case .exchanges:
                submission.authentication = .oidcDeviceCode
                submission.conduct = .silent
            }
            forged.append(
                Forged(modeller: modeller, submission: submission, requests: try await modeller.prepare(submission))
            )
        }
        return forged
    }

    private func measure(
        _ sandbox: Sandbox,
        _ agent: AgentProcess,
        _ agentDirectory: AgentDirectory,
        _ forged: [Forged],
        _ alice: ScriptedModeller,
        _ genuine: TaskSubmission
    ) async throws -> Measured {
        var genuine = genuine
        genuine.patience = patience
        let prepared = try await alice.prepare(genuine)
        let bytes = try Self.stateBytes(agentDirectory)
        kill(agent.processID, SIGSTOP)
        for one in forged { try await one.modeller.submit(one.submission, prepared: one.requests) }
        let processorTime = try agent.processorTime()
        let calls = sandbox.accessManager.log.requests(path: "/api/access").count
        let started = ContinuousClock.now
        async let outcome = alice.run(genuine, prepared: prepared)
        // The genuine request is the last of those that wait.
        try await sandbox.messageService.waitForQueued(count + 1, owner: sandbox.owner.username)
        kill(agent.processID, SIGCONT)
        let answered = try await outcome
        let waited = started.duration(to: .now)
        try await sandbox.messageService.waitUntilDrained(owner: sandbox.owner.username, atMost: .seconds(600))
        // What it records once all is over.
        try await Task.sleep(for: .seconds(40))
        return Measured(
            outcome: answered,
            waited: waited,
            processorTime: try agent.processorTime() - processorTime,
            bytes: bytes,
            calls: sandbox.accessManager.log.requests(path: "/api/access").count - calls
        )
    }

    /// The size of the database, with what waits beside it.
    private static func stateBytes(_ directory: AgentDirectory) throws -> Int {
        try ["agent.sqlite", "agent.sqlite-wal"].reduce(0) { sum, name in
            let path = directory.state.appending(path: name).path
            guard FileManager.default.fileExists(atPath: path) else { return sum }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            return sum + (size ?? 0)
        }
    }
}
