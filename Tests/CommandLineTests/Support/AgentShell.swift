// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import PodSandbox
import Synchronization
import SystemFiles
import Testing

/// Runs the real `pod-agent` against a sandbox, and writes down what it was told and what it said.
final class AgentShell: Sendable {
    /// The stand-ins that the commands use.
    let sandbox: Sandbox
    /// Where the commands run: `agent.yaml`, credentials, and files that commands read or write.
    let directory: URL

    private let state: Mutex<(transcript: String, masks: Masks)>

    private init(_ sandbox: Sandbox, _ directory: URL) {
        self.sandbox = sandbox
        self.directory = directory
        state = Mutex(("", Masks(directory: directory)))
    }

    /// Starts a sandbox, writes a configuration for it, runs `body`, and compares the transcript of its commands with
    /// `Golden/<name>.txt`.
    static func golden(
        _ name: String,
        _ settings: AgentSettings = AgentSettings(),
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (AgentShell) async throws -> Void
    ) async throws {
        try Golden.expect(try await transcript(settings, body), is: name, sourceLocation)
    }

    /// The same without a golden file. Returns the transcript of the commands.
    @discardableResult
    static func transcript(
        _ settings: AgentSettings = AgentSettings(),
        _ body: @escaping @Sendable (AgentShell) async throws -> Void
    ) async throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "command-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var configuration = SandboxConfiguration(accessManagerKey: try RecordedKey.other.publicKey)
        configuration.objectDirectory = directory.appending(path: "objects")
        return try await withSandbox(configuration) { sandbox in
            let agent = try AgentDirectory.write(to: directory, for: sandbox, settings)
            // Making a key takes seconds; the recorded one is as good.
            try SecretFile(agent.state.appending(path: "keys/pod_rsa.pem")).create(try RecordedKey.pod.pkcs8PEM())
            let shell = AgentShell(sandbox, directory)
            try await body(shell)
            return shell.state.withLock { $0.masks.apply(to: $0.transcript) }
        }
    }

    /// Runs a command with the configuration of the sandbox, and writes it and what it says into the transcript.
    @discardableResult
    func run(_ arguments: String..., environment: [String: String] = [:]) async throws -> FinishedCommand {
        try await run(arguments, environment: environment)
    }

    /// The same, for arguments that are in a list.
    @discardableResult
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> FinishedCommand {
        let command = try await finish(arguments, environment)
        state.withLock { state in
            let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }.joined()
            state.transcript += "$ \(variables)pod-agent \(arguments.joined(separator: " "))\n"
            state.transcript += command.standardOutput
            for line in command.standardError.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                state.transcript += "stderr: \(line)\n"
            }
            state.transcript += "exit \(command.exitCode)\n\n"
        }
        return command
    }

    /// Runs a command that prepares something and has to succeed. It leaves no trace in the transcript.
    @discardableResult
    func prepare(_ arguments: String..., environment: [String: String] = [:]) async throws -> FinishedCommand {
        let command = try await finish(arguments, environment)
        try #require(command.exitCode == 0, "\(arguments): \(command.standardError)")
        return command
    }

    /// Runs a command that may fail. It leaves no trace in the transcript.
    func unseen(_ arguments: String...) async throws -> FinishedCommand {
        try await finish(arguments, [:])
    }

    /// Runs a command on a terminal, and returns all that a person would have seen. It leaves no trace in the transcript.
    func runOnTerminal(_ arguments: [String]) async throws -> String {
        let run = CommandRun(
            arguments: arguments + ["--config", "agent.yaml"],
            directory: directory,
            isOnTerminal: true
        )
        return try await run.finished().standardOutput
    }

    /// Writes a file that commands can name, with mode 0600.
    func write(_ contents: some Sequence<UInt8>, to name: String) throws {
        let isWritten = FileManager.default.createFile(
            atPath: directory.appending(path: name).path,
            contents: Data(contents),
            attributes: [.posixPermissions: 0o600]
        )
        try #require(isWritten)
    }

    /// The bytes of a file that a command wrote; nil if there is none.
    func contents(of name: String) -> Data? {
        try? Data(contentsOf: directory.appending(path: name))
    }

    /// Shows `name` in the transcript wherever `text` would stand: for what differs from run to run. Ports of loopback,
    /// UUIDs, times and the directory are masked anyway.
    func mask(_ text: String, as name: String) {
        state.withLock { $0.masks.add(text, as: name) }
    }

    /// Also hides what differs from log to log: hashes, keys, ids and clocks.
    func maskAuditValues() {
        state.withLock { $0.masks.hidesAuditValues = true }
    }

    private func finish(_ arguments: [String], _ environment: [String: String]) async throws -> FinishedCommand {
        let configuration = arguments.contains("--help") ? [] : ["--config", "agent.yaml"]
        return try await CommandRun(
            arguments: arguments + configuration,
            directory: directory,
            environment: environment
        ).finished()
    }
}
