// SPDX-License-Identifier: Apache-2.0

import DatasetSchema
import Foundation
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Description of a dataset")
struct DatasetDescriptionTests {
    @Test("Reading a file ends with the task that asked for it")
    func cancellation() async throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write("id\n" + String(repeating: "1\n", count: 1_000_000), "x.csv", mode: 0o600)
        let text = "pod: { name: a, datasets: [{ name: d, csv_file: x.csv }] }"
        let configuration = try AgentConfiguration(text: text, file: directory.file("agent.yaml"), environment: [:])
        let dataset = try #require(configuration.pod?.datasets.first)
        let reading = Task { () throws(SchemaError) in
            while !Task.isCancelled { await Task.yield() }
            return try await DatasetDescription.read(dataset).records
        }
        reading.cancel()
        let error = await #expect(throws: SchemaError.self) { _ = try await reading.value }
        #expect(error?.code == .cancelled)
    }
}
