import ArgumentParser
import Foundation
import PodSandbox

/// `pod-sandbox crash-test`: kills the agent again and again.
struct CrashTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-test",
        abstract: "Kill an agent at random moments under a stream of tasks, and check that nothing was lost.",
        discussion: "Ends with status 1 when a task was lost, decided twice or answered in two ways."
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "How often the agent is killed.")
    var rounds = 200

    @Option(help: "Decides the moments.")
    var seed: UInt64 = 1

    @OptionGroup var files: WorkingDirectory

    func validate() throws {
        guard rounds > 0 else { throw ValidationError("There must be at least one round.") }
    }

    func run() async throws {
        let verdict = try await files.use { directory, keys in
            try await CrashTest(
                rounds: rounds,
                seed: seed,
                executable: URL(filePath: agent),
                directory: directory,
                keys: try SandboxKeyStore(directory: keys)
            ).run { print($0) }
        }
        print(verdict.summary)
        if !verdict.violations.isEmpty { throw ExitCode(1) }
    }
}
