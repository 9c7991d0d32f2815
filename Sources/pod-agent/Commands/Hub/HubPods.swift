// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Cryptography
import MessagePack
import StrictJSON

/// `pod-agent hub pods`
struct HubPods: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pods",
        abstract: "Datasets, your own and those of others.",
        discussion: "`pod-agent register` registers your own; the daemon does so by itself.",
        subcommands: [HubPodsList.self, HubPodsGet.self, HubPodsKey.self, HubPodsSchema.self, HubPodsArchive.self]
    )
}

/// `pod-agent hub pods list`
struct HubPodsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every dataset that you may see."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<PodListing>] = [
        Field("identifier") { $0.identifier },
        Field("name", inTable: false) { $0.name },
        Field("display_name") { $0.displayName },
        Field("owner", inTable: false) { $0.owner },
        Field("online") { $0.isOnline },
        Field("description") { $0.description },
        Field("public_key", inTable: false) { $0.publicKey },
        Field("access_manager_public_key", inTable: false) { $0.accessManagerPublicKey },
        Field("page_path", inTable: false) { $0.pagePath },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.pods(), Self.fields)
        }
    }
}

/// `pod-agent hub pods get`
struct HubPodsGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "One dataset.",
        discussion: "Exits with 66 if the Hub does not know it."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset, owner/name.")
    var identifier: PodIdentifier

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    private static let fields: [Field<Pod>] = [
        Field("identifier") { $0.identifier },
        Field("name", inTable: false) { $0.name },
        Field("display_name") { $0.displayName },
        Field("description") { $0.description },
        Field("owner") { $0.owner },
        Field("online") { $0.isOnline },
        Field("visibility") { $0.visibility },
        Field("has_schema") { $0.schemaDownloadURL != nil },
        Field("schema_storage_key", inTable: false) { $0.schemaStorageKey },
        Field("public_key", inTable: false) { $0.publicKey },
        Field("access_manager_public_key", inTable: false) { $0.accessManagerPublicKey },
    ]

    func run() async throws {
        try await common.withServices { services in
            let pod = try await services.hub.pod(identifier, project: project).orUnknown("\(identifier)")
            try result.show(pod, Self.fields)
        }
    }
}

/// `pod-agent hub pods key`
struct HubPodsKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The key to which modellers encrypt their tasks for a dataset.",
        discussion: "Printed as an OpenSSH line; JSON output has it as PEM too. Exits with 66 if the Hub knows none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset, owner/name.")
    var identifier: PodIdentifier

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    func run() async throws {
        try await common.withServices { services in
            let key = try await services.hub.podKey(identifier, project: project).orUnknown("a key of \(identifier)")
            try result.show(key)
        }
    }
}

/// `pod-agent hub pods schema`
struct HubPodsSchema: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "The schema of a dataset.",
        discussion: """
            The table lists the features; JSON output is the document as it was uploaded. Exits with 66 if the Hub does not \
            know the dataset, with 69 if its schema is none.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset, owner/name.")
    var identifier: PodIdentifier

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    private static let fields: [Field<JSONValue>] = [
        Field("feature") { $0.objectValue?["featureName"] },
        Field("dtype") { $0.objectValue?["dtype"] },
        Field("semantic_type") { $0.objectValue?["semanticType"] },
        Field("description") { $0.objectValue?["description"] },
    ]

    func run() async throws {
        try await common.withServices { services in
            let packed = try await services.hub.podSchema(identifier, project: project).orUnknown("\(identifier)")
            let document = try Self.document(packed)
            try result.show(document) { TableWriter.show(Self.features(document), Self.fields) }
        }
    }

    /// Another pod's document is shown even where the strict readers of today's package would refuse it.
    private static func document(_ packed: [UInt8]) throws(BitfountError) -> JSONValue {
        do {
            return try JSONValue(MessagePackDecoder.decode(packed))
        } catch {
            throw BitfountError(.malformedResponse, "What the Hub has as schema is not MessagePack", underlying: error)
        }
    }

    /// The features of version 4, or of all tables of version 1 (bitfount-protocol.md, 5.1 and 5.2).
    private static func features(_ document: JSONValue) -> [JSONValue] {
        let tables = document.objectValue?["tables"]?.arrayValue ?? [document]
        return tables.flatMap { $0.objectValue?["features"]?.arrayValue ?? [] }
    }
}

/// `pod-agent hub pods archive`
struct HubPodsArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Take one of your datasets off the Hub's list.",
        discussion:
            "Registering it again brings it back; a running daemon that serves it does so when its schema changes."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset's name, without its owner.")
    var name: String

    func run() async throws {
        try await common.withServices { services in
            try await services.hub.archivePod(name)
            try result.show(name, [Field("archived") { $0 }])
        }
    }
}
