// SPDX-License-Identifier: Apache-2.0

import Foundation
import PodSandbox

/// One run of the executable to its end.
struct CommandRun: Sendable {
    let arguments: [String]
    /// The directory in which it runs and which is its home.
    let directory: URL
    var environment: [String: String] = [:]
    /// Whether it runs on a terminal; then all that it shows is in the standard output.
    var isOnTerminal = false

    /// A command that takes longer is killed.
    private static let limit: Duration = .seconds(60)

    /// Runs the command. Nothing of the environment of whoever runs the tests reaches it.
    func finished() async throws -> FinishedCommand {
        let output = try CapturedFile(in: directory)
        let errors = try CapturedFile(in: directory)
        defer {
            output.remove()
            errors.remove()
        }
        let exitCode = Observed<Int32?>(nil)
        let process = Process()
        let executable = try PodAgentExecutable.url()
        process.executableURL = isOnTerminal ? URL(filePath: "/usr/bin/script") : executable
        process.arguments =
            isOnTerminal ? ["-qec", ([executable.path] + arguments).joined(separator: " "), "/dev/null"] : arguments
        process.currentDirectoryURL = directory
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": directory.path, "SWIFT_BACKTRACE": "enable=no", "COLUMNS": "120",
        ].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.handle
        process.standardError = errors.handle
        process.terminationHandler = { process in exitCode.change { $0 = process.terminationStatus } }
        try process.run()
        do {
            let code = try await within(Self.limit, "end of pod-agent \(arguments.joined(separator: " "))") {
                try await exitCode.first { $0 }
            }
            return FinishedCommand(
                standardOutput: try output.text(),
                standardError: try errors.text(),
                exitCode: code
            )
        } catch {
            kill(process.processIdentifier, SIGKILL)
            throw error
        }
    }
}

/// A file that takes what a process writes.
private struct CapturedFile {
    let url: URL
    let handle: FileHandle

    init(in directory: URL) throws {
        url = directory.appending(path: ".captured-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: url.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        handle = try FileHandle(forWritingTo: url)
    }

    func text() throws -> String {
        String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    /// What remains would go with the directory.
    func remove() {
        try? handle.close()
        try? FileManager.default.removeItem(at: url)
    }
}
