// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent keys`
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The pod's RSA key.",
        subcommands: [KeysShow.self, KeysCreate.self]
    )
}

/// `pod-agent keys show`
struct KeysShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the pod's public key, as it is registered with the Hub."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(try Agent.publicKey(configuration))
        }
    }
}

/// `pod-agent keys create`
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the pod's key pair, if there is none.",
        discussion:
            "An existing key is never replaced: modellers that know it would have to ask their user. Fails with 65 if there is one."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            print(try await Agent.createKey(configuration))
            if let file = configuration.pod?.keyFile { StandardError.write("key written to \(file.path)") }
        }
    }
}
