// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser

/// `pod-agent reload`
struct Reload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Have the running agent put its policy file in force.",
        discussion: """
            Ends when the new policy is in force. A file with a fault changes nothing: exit code 78, and the former policy \
            stays. The configuration itself is read at the start only.
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(try await StatusClient(address: configuration.status.address).perform(ReloadAction()).message)
        }
    }
}
