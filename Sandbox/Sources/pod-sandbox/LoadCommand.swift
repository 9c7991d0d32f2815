// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PodSandbox

/// `pod-sandbox load`: how fast does an agent decide?
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measure an agent's latency and throughput with an Access Manager that answers at once."
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "How many requests.")
    var count = 1000

    @Option(help: "How many are on their way at once.")
    var concurrency = 32

    @Flag(help: "Deliver the requests inside the messages instead of through the storage.")
    var inline = false

    @OptionGroup var files: WorkingDirectory

    func validate() throws {
        guard count > 0, concurrency > 0 else { throw ValidationError("Both numbers must be positive.") }
    }

    func run() async throws {
        try await files.use { directory, keys in
            let run = LoadRun(
                executable: URL(filePath: agent),
                directory: directory,
                keys: try SandboxKeyStore(directory: keys)
            )
            let test = LoadTest(count: count, concurrency: concurrency, delivery: inline ? .inline : .storage)
            print(try await run.run(test).summary)
        }
    }
}
