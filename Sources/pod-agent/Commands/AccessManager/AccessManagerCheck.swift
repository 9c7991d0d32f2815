// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation
import StrictJSON

/// `pod-agent am check`
struct AccessManagerCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask whether a modeller may run a task on one of your datasets.",
        discussion: "Exits with 0 only if the Access Manager said ACCEPT, with 77 if it said anything else.",
        subcommands: [CheckSignature.self, CheckOIDC.self, CheckSAML.self]
    )
}

/// `pod-agent am check signature`
struct CheckSignature: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signature",
        abstract: "Ask about a task that its sender signed."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "The encrypted part of the request, which is what is signed: a file.", completion: .file())
    var request: String

    @Option(help: "The signature: a file with its bytes.", completion: .file())
    var signature: String

    @Option(help: "The id of the modeller's key at the Hub.")
    var keyID: String?

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkSignature(
                access,
                encryptedRequest: try InputFile.bytes(request),
                signature: try InputFile.bytes(signature),
                keyID: keyID
            )
        }
    }
}

/// `pod-agent am check oidc`
struct CheckOIDC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc",
        abstract: "Ask about a task whose sender proved an identity with OIDC."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "The modeller's access token: a file of mode 0600.", completion: .file())
    var token: String

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkOIDC(access, modellerToken: try InputFile.secret(token))
        }
    }
}

/// `pod-agent am check saml`
struct CheckSAML: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml",
        abstract: "Ask about a task whose sender proved an identity with SAML."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "What the modeller's browser posted back: a file with a JSON object.", completion: .file())
    var response: String

    @Option(help: "What `am challenge` wrote for this very exchange: a file of mode 0600.", completion: .file())
    var challenge: String

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkSAML(
                access,
                response: try InputFile.object(response),
                challenge: try Self.challenge(try InputFile.secret(challenge), challenge)
            )
        }
    }

    private static func challenge(_ text: Secret, _ path: String) throws -> SAMLChallenge {
        do {
            return try SAMLChallenge(strictJSON: text.reveal().utf8)
        } catch {
            throw AgentFailure(.data, "\(path) does not hold a challenge of `am challenge`")
        }
    }
}

/// What all checks have in common: the question, and how its answer is shown.
struct CheckArguments: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The dataset, owner/name.")
    var dataset: PodIdentifier

    @Option(help: "The modeller's username.")
    var modeller: String

    @Option(name: .customLong("protocol"), help: "The task's protocol: a file with a JSON object.", completion: .file())
    var protocolFile: String

    @Option(help: "The id of the project to which the task belongs.")
    var project: String?

    private static let fields: [Field<AccessVerdict>] = [
        Field("code") { $0.code.rawValue },
        Field("limits") { $0.limits.map { JSONValue($0, UsageLimit.fields) } },
    ]

    /// Asks, shows the verdict, and fails with 77 unless it is ACCEPT.
    func ask(
        _ check: (AccessManagerClient, AccessRequest) async throws -> AccessVerdict
    ) async throws {
        try await common.withServices { services in
            let request = AccessRequest(
                podIdentifier: dataset,
                modellerName: modeller,
                protocolJSON: try InputFile.bytes(protocolFile),
                projectID: project
            )
            let verdict = try await check(services.accessManager, request)
            try result.show(verdict, Self.fields)
            guard verdict.code == .accept else {
                throw AgentFailure(.denied, "the Access Manager does not allow \(modeller) this task on \(dataset)")
            }
        }
    }
}
