import ArgumentParser
import Bitfount
import Foundation

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
