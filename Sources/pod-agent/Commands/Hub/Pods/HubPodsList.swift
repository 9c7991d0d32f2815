import ArgumentParser
import Bitfount

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
        Field("displayName") { $0.displayName },
        Field("owner", inTable: false) { $0.owner },
        Field("online") { $0.isOnline },
        Field("description") { $0.description },
        Field("publicKey", inTable: false) { $0.publicKey },
        Field("accessManagerPublicKey", inTable: false) { $0.accessManagerPublicKey },
        Field("pagePath", inTable: false) { $0.pagePath },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.pods(), Self.fields)
        }
    }
}
