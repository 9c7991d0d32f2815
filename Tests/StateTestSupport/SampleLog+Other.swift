// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import TaskFlow

extension SampleLog {
    /// A log that took the place of another one, with erasable names and archives, and beside it the state of a FLAME node.
    static func makeOther() async throws -> SampleLog {
        let log = try SampleLog(empty: ())
        var store = try AgentStore(path: log.path, environment: log.clock.environment)
        try await work(store, log.clock, entries: 10)
        try await store.close()
        try await AuditLog.setAside(
            path: log.path,
            features: AgentStore.features,
            keyDirectory: log.signing.keyDirectory,
            reason: "rolled-back",
            environment: log.clock.environment
        )
        store = try AgentStore(path: log.path, modellerNames: .erasable, environment: log.clock.environment)
        try await store.startSigning(log.signing)
        for entries in [300, 600] {
            for index in store.health.entries..<Int64(entries) {
                log.clock.advance(milliseconds: 40)
                try await store.append(.received(task: "other-\(index)"))
            }
            try await store.checkpoint()
            _ = try await store.archive(
                before: .distantFuture,
                to: URL(filePath: log.directory.path("archives"))
            )
        }
        try await store.apply(flame)
        try await store.checkpoint()
        try await store.close()
        return log
    }

    private static var flame: FlameBatch {
        var batch = FlameBatch()
        for kind in FlameRow.Kind.allCases {
            for number in 1...2 {
                var row = FlameRow(FlameRow.Key(kind, "\(number)"), standing: .pending, raw: "{}")
                row.parent = "parent"
                row.approval = "approved"
                row.execution = "started"
                row.updatedAt = "2026-01-01T00:00:00Z"
                row.fault = "fault"
                batch.rows.append(row)
            }
        }
        batch.values = ["one": "1", "two": "2"]
        for number in 1...2 {
            let id = "\(number)"
            batch.writes.append(FlameBatch.Write(id: Int64(number), target: "target", body: write(number)))
            let time = Date(timeIntervalSince1970: 1_700_000_000)
            batch.consents.append(
                FlameConsent(FlameRow.Key(.analysis, id), isGranted: true, by: .operator, at: time)
            )
            batch.notes[id] = #"{"isDistributionStale":true,"hasMoved":false}"#
            batch.runs[id] = FlameBatch.Run(isRunning: true, body: #"{"status":"started","hasReasserted":false}"#)
        }
        return batch
    }

    /// A write as it is stored.
    private static func write(_ id: Int) -> String {
        let part = "00000000-0000-4000-8000-00000000000\(id)"
        let report = #"{"report":{"part":"\#(part)","_1":{"status":"started"}}}"#
        return
            #"{"id":\#(id),"write":\#(report),"attempts":0,"notBefore":0,"isInFlight":false,"isInDoubt":false}"#
    }
}
