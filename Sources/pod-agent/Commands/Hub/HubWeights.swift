// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub models weights`
struct HubWeights: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "The weights of models.",
        subcommands: [HubWeightsGet.self, HubWeightsSend.self]
    )
}

/// `pod-agent hub models weights get`
struct HubWeightsGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Download the weights of a model.",
        discussion: """
            Weights that were compressed with zstd are unpacked. The file appears when it is complete; a download that fails \
            leaves nothing. Exits with 66 if the Hub knows no weights of the model.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var model: ModelArguments

    @Option(help: "Where to put the weights; a file that is there is replaced.", completion: .file())
    var file: String

    private struct Downloaded {
        let model: String
        let file: String
        let bytes: Int
    }

    private static let fields: [Field<Downloaded>] = [
        Field("model") { $0.model },
        Field("file") { $0.file },
        Field("bytes") { $0.bytes },
    ]

    func run() async throws {
        try await common.withServices { services in
            let url = URL(filePath: file)
            let bar = ProgressBar(url.lastPathComponent)
            defer { bar.finish() }
            let hasWeights = try await services.hub.downloadWeights(of: model.reference, to: url) { progress in
                bar.update(completed: progress.completedBytes, total: progress.totalBytes)
            }
            guard hasWeights else {
                throw AgentFailure(.input, "the Hub knows no weights of \(model.description)")
            }
            bar.finish()
            let bytes = Int(try UploadContent.file(url).byteCount())
            try result.show(Downloaded(model: model.description, file: file, bytes: bytes), Self.fields)
        }
    }
}

/// `pod-agent hub models weights send`
struct HubWeightsSend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Upload the weights of a version of one of your models.",
        discussion: "The Hub takes at most 500 MiB; more is refused before anything is sent."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The model's name, without its owner.")
    var name: String

    @Argument(help: "The weights.", completion: .file())
    var file: String

    @Option(help: "The version of the model that they belong to.")
    var modelVersion: Int

    @Flag(help: "Compress them with zstd on the way; the Python package from 13.0.0 on unpacks them.")
    var compress = false

    private static let fields: [Field<Self>] = [
        Field("name") { $0.name },
        Field("version") { $0.modelVersion },
        Field("file") { $0.file },
    ]

    func run() async throws {
        try await common.withServices { services in
            let url = URL(filePath: file)
            let bar = ProgressBar(url.lastPathComponent)
            defer { bar.finish() }
            try await services.hub.sendWeights(url, model: name, version: modelVersion, compresses: compress) {
                bar.update(completed: $0.completedBytes, total: $0.totalBytes)
            }
            bar.finish()
            try result.show(self, Self.fields)
        }
    }
}
