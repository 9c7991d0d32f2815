// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Bitfount
import FlameHub

/// Something at the Hub that has a client of its own.
protocol FlameCredentialsOwner: SendableMetatype {
    associatedtype Record: Sendable

    /// What it is, for the help.
    static var noun: String { get }
    /// Reads what its client signs in with.
    static func read(_ id: HubID<Record>, _ core: CoreClient) async throws -> ClientCredentials
    /// Gives its client another secret.
    static func rotate(_ id: HubID<Record>, _ secret: String?, _ core: CoreClient) async throws -> ClientCredentials
}

enum NodeCredentials: FlameCredentialsOwner {
    static let noun = "node"
    static func read(_ id: HubID<Node>, _ core: CoreClient) async throws -> ClientCredentials {
        try await core.nodes.clientCredentials(of: id)
    }
    static func rotate(_ id: HubID<Node>, _ secret: String?, _ core: CoreClient) async throws -> ClientCredentials {
        try await core.nodes.rotateClientCredentials(of: id, secret: secret)
    }
}

enum AnalysisCredentials: FlameCredentialsOwner {
    static let noun = "analysis"
    static func read(_ id: HubID<Analysis>, _ core: CoreClient) async throws -> ClientCredentials {
        try await core.analyses.clientCredentials(of: id)
    }
    static func rotate(_ id: HubID<Analysis>, _ secret: String?, _ core: CoreClient) async throws -> ClientCredentials {
        try await core.analyses.rotateClientCredentials(of: id, secret: secret)
    }
}

/// `pod-agent flame nodes client-credentials`, and the same of analyses
struct FlameClientCredentials<Owner: FlameCredentialsOwner>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "client-credentials",
            abstract: "What the client of this \(Owner.noun) signs in with."
        )
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Argument(help: "The id.")
    var id: HubID<Owner.Record>

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            try show(try await Owner.read(id, session.core), file, result)
        }
    }
}

/// `pod-agent flame nodes rotate-client-credentials`, and the same of analyses
struct FlameRotateClientCredentials<Owner: FlameCredentialsOwner>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rotate-client-credentials",
            abstract: "Give the client of this \(Owner.noun) another secret.",
            discussion: "Choose the secret yourself, with --secret-from: then an answer that gets lost costs nothing."
        )
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Option(help: "The file with the new secret, mode 0600; without it the Hub makes one.", completion: .file())
    var secretFrom: String?

    @Argument(help: "The id.")
    var id: HubID<Owner.Record>

    func validate() throws {
        guard secretFrom != nil || secretFile.secretTo != nil else {
            throw ValidationError(
                "a secret that the Hub makes needs a place: give --secret-to, or choose one with --secret-from"
            )
        }
    }

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let secret = try secretFrom.map { try InputFile.secret($0).reveal() }
            try show(try await Owner.rotate(id, secret, session.core), file, result)
        }
    }
}

private func show(_ credentials: ClientCredentials, _ file: OutputFile?, _ result: ResultOptions) throws {
    if let secret = credentials.secret { try file?.write(Array(secret.utf8)) }
    let fields: [Field<ClientCredentials>] = [
        Field("id") { $0.id.text },
        Field("name") { $0.name },
        Field("display_name") { $0.displayName },
    ]
    try result.show(credentials, fields)
}

/// `pod-agent flame nodes registry-credentials`
struct FlameNodeRegistryCredentials: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry-credentials",
        abstract: "What a node signs in to its container registry with."
    )

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Argument(help: "The node's id.")
    var id: HubID<Node>

    private static let fields: [Field<RegistryCredentials>] = [
        Field("host") { $0.host },
        Field("external_name") { $0.externalName },
        Field("account_name") { $0.accountName },
    ]

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let credentials = try await session.core.nodes.registryCredentials(of: id)
            if let secret = credentials.accountSecret { try file?.write(Array(secret.utf8)) }
            try result.show(credentials, Self.fields)
        }
    }
}

/// Where a secret goes that must not be printed.
struct FlameSecretFile: ParsableArguments {
    @Option(
        help: "Write the secret to this new file of mode 0600; without it the secret is not shown.",
        completion: .file()
    )
    var secretTo: String?

    /// - Throws: ``AgentFailure`` if the file is there already; checked before a secret is asked for.
    func prepare() throws -> OutputFile? {
        try secretTo.map { try OutputFile(newSecret: $0) }
    }
}
