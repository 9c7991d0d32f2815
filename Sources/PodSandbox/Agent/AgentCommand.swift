import Foundation

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

    /// What the command prints on standard output; fails when it ends with another status than 0.
    package func output(_ arguments: [String]) async throws -> String {
        let file = directory.url.appending(path: "output-\(SandboxIDs.uuid())")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw SandboxError(.file, "\(file.path) can't be written")
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let status = Observed<Int32?>(nil)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments + ["--config", directory.configuration.path]
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": directory.url.path, "NO_COLOR": "1"]
        process.standardOutput = try FileHandle(forWritingTo: file)
        process.standardError = FileHandle.standardError
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { process in status.change { $0 = process.terminationStatus } }
        try process.run()
        let code = try await status.first { $0 }
        guard code == 0 else {
            throw SandboxError(.agent, "pod-agent \(arguments.joined(separator: " ")) ended with status \(code)")
        }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }

    /// The audit log's entries, as the agent's own command lists them.
    package func auditEntries() async throws -> [ListedEntry] {
        try ListedEntry.parse(try await output(["audit", "list", "--output", "json"]))
    }
}
