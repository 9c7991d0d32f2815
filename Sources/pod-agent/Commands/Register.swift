import AgentDaemon
import ArgumentParser

/// `pod-agent register`
struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register all datasets with the Hub once.",
        discussion: "The daemon does the same when it starts and whenever a schema changes."
    )

    @OptionGroup var common: CommonOptions

    @Option(name: .long, help: "How to print the result.")
    var output = OutputFormat.table

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            LogOutput.bootstrap(configuration.log)
            let registrations = try await Agent.register(configuration)
            switch output {
            case .json:
                print(try JSON.text(registrations))
            case .table:
                var table = Table(["DATASET", "RESULT", "SCHEMA BYTES", "RECORDS"])
                for registration in registrations {
                    table.append([
                        registration.identifier, registration.isNew ? "registered" : "updated",
                        String(registration.schemaBytes), registration.numberOfRecords.map(String.init) ?? "-",
                    ])
                }
                print(table.render())
            }
        }
    }
}
