import ArgumentParser
import Bitfount
import MessagePack

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
        Field("semanticType") { $0.objectValue?["semanticType"] },
        Field("description") { $0.objectValue?["description"] },
    ]

    func run() async throws {
        try await common.withServices { services in
            let packed = try await services.hub.podSchema(identifier, project: project).orUnknown("\(identifier)")
            let document = try Self.document(packed)
            switch result.output {
            case .json: print(try JSON.text(document))
            case .table: try result.show(list: Self.features(document), Self.fields)
            }
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
