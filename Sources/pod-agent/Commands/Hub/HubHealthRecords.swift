// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub health-records`
struct HubHealthRecords: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health-records",
        abstract: "Your accounts at systems of health records (SMART on FHIR).",
        subcommands: [HealthRecordsPairings.self, HealthRecordsToken.self]
    )
}

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
        Field("resource_server") { $0.resourceServer },
        Field("remote_user") { $0.remoteUser },
        Field("expires_at") { $0.expiresAt },
        Field("owner", inTable: false) { $0.ownerUsername },
        Field("created_at", inTable: false) { $0.createdAt },
        Field("updated_at", inTable: false) { $0.updatedAt },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.smartOnFHIR.pairings(), Self.fields)
        }
    }
}

/// `pod-agent hub health-records token`
struct HealthRecordsToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Get an access token for a system of health records into a file.",
        discussion: """
            The token is written to a new file of mode 0600 and never printed. Without --pairing the first completed pairing \
            is taken; exits with 66 if there is none.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "Where to put the token; there must be no such file yet.", completion: .file())
    var file: String

    @Option(help: "The id of the pairing.")
    var pairing: String?

    @Option(help: "Only a pairing with this FHIR server.")
    var resourceServer: String?

    private struct Obtained {
        let file: String
        let session: HealthRecordSession
    }

    private static let fields: [Field<Obtained>] = [
        Field("file") { $0.file },
        Field("type") { $0.session.type },
        Field("enterprise_id") { $0.session.nextGen?.enterpriseId },
        Field("practice_id") { $0.session.nextGen?.practiceId },
        Field("location_id") { $0.session.nextGen?.locationId },
        Field("provider_id") { $0.session.nextGen?.providerId },
    ]

    func validate() throws {
        guard pairing == nil || resourceServer == nil else {
            throw ValidationError("--pairing and --resource-server exclude each other")
        }
    }

    func run() async throws {
        try await common.withServices { services in
            let output = try OutputFile(newSecret: file)
            let session =
                if let pairing {
                    try await services.smartOnFHIR.session(pairing: pairing)
                } else {
                    try await services.smartOnFHIR.accessToken(forResourceServer: resourceServer)
                }
            try output.write(Array(session.accessToken.reveal().utf8))
            try result.show(Obtained(file: file, session: session), Self.fields)
        }
    }
}
