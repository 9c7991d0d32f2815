import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

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
