import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

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
