// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import StrictJSON

/// `pod-agent am`
struct AccessManager: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "am",
        abstract: "Ask the Access Manager, as the configured user.",
        subcommands: [AccessManagerKey.self, AccessManagerChallenge.self, AccessManagerCheck.self]
    )
}

/// `pod-agent am key`
struct AccessManagerKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The Access Manager's public key, as an OpenSSH line; JSON output has it as PEM too."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    func run() async throws {
        try await common.withServices { services in
            try result.show(try await services.accessManager.publicKey())
        }
    }
}

/// `pod-agent am challenge`
struct AccessManagerChallenge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "challenge",
        abstract: "Begin a SAML proof of identity.",
        discussion: """
            Prints what the modeller's browser takes to the identity provider. What ties the response to it goes to a new file \
            of mode 0600, which `am check saml` reads; the modeller must not see it.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "Where to put the challenge; there must be no such file yet.", completion: .file())
    var file: String

    func run() async throws {
        try await common.withServices { services in
            let output = try OutputFile(newSecret: file)
            let challenge = try await services.accessManager.samlChallenge()
            let document: JSONValue = [
                "samlRequest": .string(challenge.request), "id": .string(challenge.id.reveal()),
            ]
            try output.write(document.serialized())
            try result.show(challenge.request, [Field("saml_request") { $0 }])
        }
    }
}
