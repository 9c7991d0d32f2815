// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("The files of datasets", .timeLimit(.minutes(1))) struct DatasetSourceTests {
    private func inDirectory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sources-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    @Test("What is wrong has the name that the reference gives it")
    func faults() throws {
        try inDirectory { directory in
            let good = directory.appending(path: "good.csv")
            try Data("a\n1\n".utf8).write(to: good)
            let empty = directory.appending(path: "empty.csv")
            try Data().write(to: empty)
            let missing = directory.appending(path: "missing.csv")
            #expect(DatasetSource(reading: [good]) == DatasetSource(nil))
            #expect(DatasetSource(reading: [missing]).fault == .pathNotFound)
            #expect(DatasetSource(reading: [good.appending(path: "below")]).fault == .pathNotFound)
            #expect(DatasetSource(reading: [empty]).fault == .emptyFile)
            #expect(DatasetSource(reading: [directory]).fault == .osError)
            #expect(DatasetSource(reading: [good, missing]).fault == .pathNotFound)
            #expect(DatasetSource.Fault(EACCES) == .permissionDenied)
            #expect(DatasetSource.Fault(EIO) == .osError)
        }
    }

    @Test("The Hub is told status, code and a sentence without a path")
    func report() {
        #expect(DatasetSource(nil).report(name: "ward") == DatasourceHealth(name: "ward", status: .healthy))
        let missing = DatasetSource(.pathNotFound).report(name: "ward")
        #expect(missing.status == .unhealthy)
        #expect(missing.errorCode == "PATH_NOT_FOUND")
        #expect(missing.message?.contains("/") == false)
        #expect(DatasetSource.pending.report(name: "ward").status == .unknown)
        #expect(DatasetSource(.checkTimeout).report(name: "ward").errorCode == "CHECK_TIMEOUT")
    }

    @Test("A file system that does not answer holds up neither the other datasets nor the next look")
    func hangs() async throws {
        let states = DatasetStates()
        let answer = DispatchSemaphore(value: 0)
        let looks = Mutex(0)
        let service = DatasetSourceService(
            datasets: [
                .init(identifier: "acme/away", files: [URL(filePath: "/away")]),
                .init(identifier: "acme/ward", files: [URL(filePath: "/ward")]),
            ],
            states: states,
            metrics: AgentMetrics(version: "1"),
            check: { files in
                if files == [URL(filePath: "/away")] {
                    looks.withLock { $0 += 1 }
                    answer.wait()
                }
                return DatasetSource(nil)
            },
            // Its sleeps take no time, so that the patience is over at once.
            clock: RecordingClock(),
            logger: Logger(label: "test")
        )
        #expect(states.source(of: "acme/away") == .pending)
        await service.look()
        #expect(states.source(of: "acme/away").fault == .checkTimeout)
        try await states.wait("acme/ward", isHealthy: true)
        await service.look()
        #expect(states.source(of: "acme/away").status == .unknown)
        #expect(looks.withLock { $0 } <= 1)
        answer.signal()
        try await states.wait("acme/away", isHealthy: true)
        #expect(looks.withLock { $0 } == 1)
        try await states.wait("acme/ward", isHealthy: true)
    }

    @Test("The metrics count the datasets by how their files are")
    func counts() {
        let metrics = AgentMetrics(version: "1")
        metrics.show([DatasetSource(nil), DatasetSource(nil), DatasetSource(.emptyFile), .pending])
        let text = metrics.registry.render(.text)
        #expect(text.contains("podagent_dataset_sources{status=\"healthy\"} 2.0\n"))
        #expect(text.contains("podagent_dataset_sources{status=\"unhealthy\"} 1.0\n"))
        #expect(text.contains("podagent_dataset_sources{status=\"unknown\"} 1.0\n"))
    }
}

extension DatasetStates {
    fileprivate func wait(_ identifier: String, isHealthy: Bool) async throws {
        while (source(of: identifier).status == .healthy) != isHealthy { try await Task.sleep(for: .milliseconds(2)) }
    }
}
