// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// Runs one of the agent's commands to its end.
package struct AgentCommand: Sendable {
    /// The agent's executable.
    package let executable: URL
    /// Its directory.
    package let directory: AgentDirectory

    /// The agent's commands in that directory.
    package init(executable: URL, directory: AgentDirectory) {
        self.executable = executable
        self.directory = directory
    }

    /// What the command says, and how it ends.
    package func run(_ arguments: [String]) async throws -> CommandResult {
        let output = directory.url.appending(path: "output-\(SandboxIDs.uuid())")
        let errors = directory.url.appending(path: "errors-\(SandboxIDs.uuid())")
        defer { [output, errors].forEach { try? FileManager.default.removeItem(at: $0) } }
        let status = Observed<Int32?>(nil)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments + ["--config", directory.configuration.path]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.url.path, "NO_COLOR": "1"]
        process.standardOutput = try Self.newFile(output)
        process.standardError = try Self.newFile(errors)
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { process in status.change { $0 = process.terminationStatus } }
        try process.run()
        let code = try await status.first { $0 }
        return CommandResult(
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self),
            status: code
        )
    }

    /// What the command prints on standard output; fails when it ends with another status than 0.
    package func output(_ arguments: [String]) async throws -> String {
        let result = try await run(arguments)
        guard result.status == 0 else {
            throw SandboxError(
                .agent,
                "pod-agent \(arguments.joined(separator: " ")) ended with status \(result.status): \(result.errors)"
            )
        }
        return result.output
    }

    /// What the command prints with `--output json`.
    package func json(_ arguments: [String]) async throws -> JSONValue {
        try JSONDecoder().decode(
            JSONValue.self,
            from: Data(try await output(arguments + ["--output", "json"]).utf8)
        )
    }

    /// The audit log's entries, as the agent's own command lists them.
    ///
    /// - Parameter types: Only entries of these types, such as `access.decision`; all if it is empty.
    package func auditEntries(types: [String] = []) async throws -> [ListedEntry] {
        let filter = types.flatMap { ["--type", $0] }
        return try ListedEntry.parse(try await output(["audit", "list", "--all", "--output", "json"] + filter))
    }

    private static func newFile(_ url: URL) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw SandboxError(.file, "\(url.path) can't be written")
        }
        return try FileHandle(forWritingTo: url)
    }
}
