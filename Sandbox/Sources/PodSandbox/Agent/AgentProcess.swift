// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// The agent, run as a process of its own.
package final class AgentProcess: Sendable {
    /// Where its output goes.
    package let log: URL
    private let process: Process
    private let exitStatus = Observed<Int32?>(nil)

    /// Starts `pod-agent` with these arguments.
    ///
    /// Settings of the user who runs the sandbox must not reach the agent, so its environment is nearly empty.
    ///
    /// - Parameters:
    ///   - environment: What its environment has besides.
    ///   - log: The name of the file in `directory` that its output is added to.
    package init(
        executable: URL,
        arguments: [String],
        directory: URL,
        environment: [String: String] = [:],
        log name: String = "agent.log"
    ) throws {
        log = directory.appending(path: name)
        if !FileManager.default.fileExists(atPath: log.path) {
            guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
                throw SandboxError(.file, "\(log.path) can't be written")
            }
        }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": directory.path, "SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1",
        ].merging(environment) { $1 }
        process.standardError = handle
        process.standardOutput = handle
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { [exitStatus] process in
            exitStatus.change { $0 = process.terminationStatus }
        }
        do {
            try process.run()
        } catch {
            throw SandboxError(.agent, "\(executable.path) can't be started: \(error)")
        }
    }

    /// Starts the daemon with the configuration of that directory.
    package static func run(executable: URL, _ directory: AgentDirectory) throws -> AgentProcess {
        try AgentProcess(
            executable: executable,
            arguments: ["run", "--config", directory.configuration.path],
            directory: directory.url
        )
    }

    /// The process id.
    package var processID: Int32 { process.processIdentifier }

    /// Whether it is still there.
    package var isRunning: Bool { exitStatus.read { $0 == nil } }

    /// The processor time that it has taken so far, its threads and the kernel's work for it included.
    package func processorTime() throws -> Duration {
        let path = "/proc/\(processID)/stat"
        // The name in parentheses may hold anything, so what counts comes after the last one.
        let fields = try String(contentsOfFile: path, encoding: .utf8).split(separator: ")").last?.split(separator: " ")
        guard let fields, fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else {
            throw SandboxError(.agent, "\(path) can't be read")
        }
        return .seconds(user + system) / sysconf(Int32(_SC_CLK_TCK))
    }

    /// Asks it to stop, and waits until it has; kills it when it takes longer than `limit`.
    @discardableResult
    package func stop(atMost limit: Duration = .seconds(20)) async throws -> Int32 {
        process.terminate()
        do {
            return try await waitForExit(atMost: limit)
        } catch {
            try await kill()
            throw SandboxError(.agent, "the agent did not stop within \(limit)")
        }
    }

    /// Ends it at once, as a power failure would, and waits until it is gone.
    package func kill() async throws {
        if isRunning { Foundation.kill(processID, SIGKILL) }
        _ = try await waitForExit(atMost: .seconds(10))
    }

    /// Waits until the process has ended, and returns its status.
    package func waitForExit(atMost limit: Duration) async throws -> Int32 {
        try await within(limit, "end of the agent") { [exitStatus] in
            try await exitStatus.first { $0 }
        }
    }

    /// Runs `body`, but fails as soon as the process ends by itself.
    package func whileRunning<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: body)
            group.addTask { [exitStatus, log] in
                let status = try await exitStatus.first { $0 }
                throw SandboxError(.agent, "the agent ended with status \(status); see \(log.path)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
