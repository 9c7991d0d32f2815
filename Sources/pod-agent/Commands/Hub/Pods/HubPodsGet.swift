import ArgumentParser
import Bitfount

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
        Field("displayName") { $0.displayName },
        Field("description") { $0.description },
        Field("owner") { $0.owner },
        Field("online") { $0.isOnline },
        Field("visibility") { $0.visibility },
        Field("hasSchema") { $0.schemaDownloadURL != nil },
        Field("schemaStorageKey", inTable: false) { $0.schemaStorageKey },
        Field("publicKey", inTable: false) { $0.publicKey },
        Field("accessManagerPublicKey", inTable: false) { $0.accessManagerPublicKey },
    ]

    func run() async throws {
        try await common.withServices { services in
            let pod = try await services.hub.pod(identifier, project: project).orUnknown("\(identifier)")
            try result.show(pod, Self.fields)
        }
    }
}
