import ArgumentParser

/// `pod-agent hub health-records`
struct HubHealthRecords: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health-records",
        abstract: "Your accounts at systems of health records (SMART on FHIR).",
        subcommands: [HealthRecordsPairings.self, HealthRecordsToken.self]
    )
}
