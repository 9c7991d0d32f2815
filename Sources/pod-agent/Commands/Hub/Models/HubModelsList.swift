import ArgumentParser
import Bitfount

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
        Field("storageKey", inTable: false) { $0.storageKey },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.models(), Self.fields)
        }
    }
}
