// SPDX-License-Identifier: Apache-2.0

import Bitfount
import DatasetSchema
import Foundation
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("What is known of the datasets") struct DatasetStatesTests {
    private let states = DatasetStates()
    private let directory: TemporaryDirectory
    private let dataset: DatasetConfiguration
    private let date = Date(timeIntervalSince1970: 1_000)

    init() throws {
        directory = try TemporaryDirectory()
        let file = try directory.write("age\n1\n2\n", "ward.csv", mode: 0o600)
        let text = "pod:\n  name: hospital-a\n  datasets:\n    - { name: ward, csv_file: \"\(file.path)\" }\n"
        dataset = try #require(try ServiceFixture.configuration(text).pod).datasets[0]
    }

    @Test("A dataset that only failed is known, but not registered")
    func failure() {
        states.failed("acme/ward", "the Hub is away")
        #expect(states.registered.isEmpty)
        #expect(states.snapshot().map(\.problem) == ["the Hub is away"])
        #expect(states.needsRegistration("acme/ward", DatasetFingerprint(dataset)))
    }

    @Test("A registration counts until the files change")
    func registration() throws {
        let fingerprint = DatasetFingerprint(dataset)
        states.failed("acme/ward", "the Hub is away")
        states.registered("acme/ward", fingerprint, schema: "00", at: date)
        #expect(states.registered == ["acme/ward"])
        #expect(states.registeredNames == ["ward"])
        #expect(states.registeredSchema(of: "acme/ward") == "00")
        #expect(states.snapshot().map(\.problem) == [nil])
        #expect(!states.needsRegistration("acme/ward", fingerprint))

        _ = try directory.write("age\n1\n2\n3\n", "ward.csv", mode: 0o600)
        #expect(states.needsRegistration("acme/ward", DatasetFingerprint(dataset)))
    }

    @Test("A heartbeat takes a problem away and leaves the registration alone")
    func heartbeat() {
        states.registered("acme/ward", DatasetFingerprint(dataset), schema: "00", at: date)
        states.failed("acme/ward", "no answer")
        states.heartbeat("acme/ward", at: date + 10)
        let status = states.snapshot().first
        #expect(status?.registeredAt == date)
        #expect(status?.lastHeartbeat == date + 10)
        #expect(status?.problem == nil)
        #expect(status?.source == .pending)
    }

    @Test("The snapshot is in the order of the identifiers, however much is told at once")
    func order() async {
        await withDiscardingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    states.looked("acme/ward-\(number % 10)", DatasetSource(number % 2 == 0 ? nil : .osError))
                }
            }
        }
        #expect(states.snapshot().map(\.identifier) == (0..<10).map { "acme/ward-\($0)" })
    }

    @Test("A description has the owner's numbers before the file's")
    func description() async throws {
        let counted = try await DatasetDescription.read(dataset)
        #expect(counted.records == 2)
        #expect(counted.metadata.name == "ward")
        #expect(counted.metadata.schema == counted.schema.packed)
        var stated = dataset
        stated.numberOfRecords = 7
        #expect(try await DatasetDescription.read(stated).metadata.numberOfRecords == 7)
    }

    @Test("A dataset without any file can't be described")
    func withoutFiles() async throws {
        var none = dataset
        none.csvFile = nil
        await #expect(throws: (any Error).self) { try await DatasetDescription.read(none) }
        none.csvFile = directory.file("missing.csv")
        await #expect(throws: (any Error).self) { try await DatasetDescription.read(none) }
        #expect(DatasetFingerprint(none) == DatasetFingerprint(none))
        #expect(DatasetFingerprint(none) != DatasetFingerprint(dataset))
    }
}
