// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub models`
struct HubModels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Models: their source and their weights.",
        subcommands: [HubModelsList.self, HubModelsGet.self, HubModelsSend.self, HubWeights.self]
    )
}

/// `pod-agent hub models list`
struct HubModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Every model that you may see."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<ModelListing>] = [
        Field("owner") { $0.owner },
        Field("name") { $0.name },
        Field("version") { $0.version },
        Field("storage_key", inTable: false) { $0.storageKey },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.models(), Self.fields)
        }
    }
}

/// `pod-agent hub models get`
struct HubModelsGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch the source of a model and check its hash.",
        discussion: """
            Where the Python package loads a class, this gives the verified source and what the Hub says about it; nothing of \
            it is run. Exits with 66 if the Hub does not know the model, with 65 and without a file if the hash differs.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var model: ModelArguments

    @Option(help: "Where to put the source; a file that is there is replaced.", completion: .file())
    var file: String?

    private struct Fetched {
        let model: String
        let source: ModelSource
        let file: String?
    }

    private static let fields: [Field<Fetched>] = [
        Field("model") { $0.model },
        Field("version") { $0.source.version },
        Field("bytes") { $0.source.bytes.count },
        Field("sha256") { ModelSource.hash(of: $0.source.bytes) },
        Field("file") { $0.file },
    ]

    func run() async throws {
        try await common.withServices { services in
            let source = try await services.hub.modelSource(model.reference).orUnknown("the model \(model.description)")
            if let file { try Self.write(source.bytes, to: file) }
            try result.show(Fetched(model: model.description, source: source, file: file), Self.fields)
        }
    }

    private static func write(_ bytes: [UInt8], to file: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw AgentFailure(.inputOutput, "\(file) can't be written", underlying: error)
        }
    }
}

/// `pod-agent hub models send`
struct HubModelsSend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Upload the source of a model as a new version.",
        discussion: """
            The Hub takes at most 3 MiB; a larger file is refused before anything is sent. Whether it is Python that defines a \
            model is not checked.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The source, in UTF-8.", completion: .file())
    var file: String

    @Option(help: "The model's name; the file's name without its extension if it is left out.")
    var name: String?

    @Flag(help: "Only you may see it.")
    var `private` = false

    @Option(help: "What there is to say about it.")
    var description = ""

    private struct Sent {
        let name: String
        let upload: ModelUpload
    }

    private static let fields: [Field<Sent>] = [
        Field("name") { $0.name },
        Field("version") { $0.upload.version },
        Field("already_existed") { $0.upload.alreadyExisted },
    ]

    func run() async throws {
        try await common.withServices { services in
            let name = name ?? URL(filePath: file).deletingPathExtension().lastPathComponent
            let upload = try await services.hub.sendModel(
                name,
                source: try InputFile.bytes(file),
                isPrivate: `private`,
                description: description
            )
            try result.show(Sent(name: name, upload: upload), Self.fields)
        }
    }
}

/// Which model is meant.
struct ModelArguments: ParsableArguments {
    @Argument(help: "The model, owner/name.", transform: ModelArguments.name)
    var model: (owner: String, name: String)

    @Option(help: "Which version of the model; the latest if it is left out.")
    var modelVersion: Int?

    @Option(help: "The id of the project through which it is asked for.")
    var project: String?

    /// For the library.
    var reference: ModelReference {
        ModelReference(owner: model.owner, name: model.name, version: modelVersion, project: project)
    }

    /// For people.
    var description: String { "\(model.owner)/\(model.name)" + (modelVersion.map { ":\($0)" } ?? "") }

    @Sendable
    private static func name(_ text: String) throws -> (owner: String, name: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("'\(text)' is not a model's owner/name")
        }
        return (parts[0], parts[1])
    }
}
