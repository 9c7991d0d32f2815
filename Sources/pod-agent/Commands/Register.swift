// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser

/// `pod-agent register`
struct Register: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register all datasets with the Hub once.",
        discussion: "The daemon does the same when it starts and whenever a schema changes."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<Agent.Registration>] = [
        Field("identifier", heading: "DATASET") { $0.identifier },
        Field("result", inJSON: false) { $0.isNew ? "registered" : "updated" },
        Field("is_new", inTable: false) { $0.isNew },
        Field("schema_bytes") { $0.schemaBytes },
        Field("number_of_records", heading: "RECORDS") { $0.numberOfRecords },
    ]

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            LogOutput.bootstrap(configuration.log)
            try result.show(list: try await Agent.register(configuration), Self.fields)
        }
    }
}
