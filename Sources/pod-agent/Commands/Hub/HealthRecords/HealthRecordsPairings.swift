import ArgumentParser
import Bitfount

/// `pod-agent hub health-records pairings`
struct HealthRecordsPairings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairings",
        abstract: "The accounts that are tied to yours, and those that are about to be."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<HealthRecordPairing>] = [
        Field("id") { $0.id },
        Field("state") { $0.state },
        Field("resourceServer") { $0.resourceServer },
        Field("remoteUser") { $0.remoteUser },
        Field("expiresAt") { $0.expiresAt },
        Field("owner", inTable: false) { $0.ownerUsername },
        Field("createdAt", inTable: false) { $0.createdAt },
        Field("updatedAt", inTable: false) { $0.updatedAt },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.smartOnFHIR.pairings(), Self.fields)
        }
    }
}
