// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent config`
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at the configuration.",
        subcommands: [ConfigCheck.self]
    )
}

/// `pod-agent config check`
struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with the configuration.",
        discussion: """
            Reads it, and looks at the secrets, keys, datasets and other files that it names, as this user and with this \
            environment; nothing is sent or made. Prints each fault as file, line, key and what was expected, and exits with 78. \
            Where the text itself is wrong, it stops at the first one.
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            let environment = ProcessInfo.processInfo.environment
            let faults = ConfigurationCheck(configuration, source: common.config, environment: environment).faults()
            guard faults.isEmpty else {
                faults.forEach { StandardError.write("error: \($0)") }
                throw ExitCode(AgentFailure.ExitCode.configuration.rawValue)
            }
            StandardOutput.write("\(common.config): ok, \(Self.summary(configuration))")
        }
    }

    private static func summary(_ configuration: AgentConfiguration) -> String {
        let pod = configuration.pod.map { "\($0.datasets.count) dataset(s) in pod \($0.name)" }
        let flame = configuration.flame.map { _ in "a FLAME node" }
        return [pod, flame].compactMap { $0 }.joined(separator: " and ")
    }
}
