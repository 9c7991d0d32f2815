// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import PodSandbox

/// `pod-sandbox flood`: what do requests cost that nobody can prove?
struct FloodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flood",
        abstract: "Measure how long a genuine request waits behind many that nobody can prove, and what those cost."
    )

    @Option(help: "The agent's executable.")
    var agent: String

    @Option(help: "What is in the way: signatures, strangers or exchanges.")
    var kind = "signatures"

    @Option(help: "How many.")
    var count = 2000

    @OptionGroup var files: WorkingDirectory

    func validate() throws {
        guard count > 0, FloodTest.Kind(rawValue: kind) != nil else {
            throw ValidationError("The number must be positive, and the kind one of those named.")
        }
    }

    func run() async throws {
        try await files.use { directory, keys in
            let test = FloodTest(
                executable: URL(filePath: agent),
                directory: directory,
                keys: try SandboxKeyStore(directory: keys),
                kind: FloodTest.Kind(rawValue: kind) ?? .signatures,
                count: count
            )
            print(try await test.run().summary)
        }
    }
}
