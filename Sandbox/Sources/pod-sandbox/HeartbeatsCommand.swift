// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PodSandbox

/// `pod-sandbox heartbeats`: does an agent keep many datasets alive while the Hub is slow?
struct HeartbeatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartbeats",
        abstract: "Measure the time between an agent's heartbeats for each of many datasets, one call for each."
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "How many datasets.")
    var datasets = 1000

    @Option(help: "How long the Hub takes to answer, in milliseconds.")
    var latency = 200

    @Option(help: "How many times from one heartbeat to the next.")
    var rounds = 3

    @OptionGroup var files: WorkingDirectory

    func validate() throws {
        guard datasets > 0, rounds > 0, latency >= 0 else { throw ValidationError("The numbers must be positive.") }
    }

    func run() async throws {
        try await files.use { directory, keys in
            let run = HeartbeatRun(
                executable: URL(filePath: agent),
                directory: directory,
                keys: try SandboxKeyStore(directory: keys)
            )
            let gaps = try await run.run(datasets: datasets, latency: .milliseconds(latency), rounds: rounds)
            guard let shortest = gaps.first, let longest = gaps.last else { return }
            let text = [shortest, gaps[gaps.count / 2], longest].map { String(format: "%.2f s", $0) }
            print(
                "\(datasets) datasets, \(latency) ms latency, one call each: from one heartbeat to the next "
                    + "min \(text[0]), median \(text[1]), max \(text[2])"
            )
        }
    }
}
