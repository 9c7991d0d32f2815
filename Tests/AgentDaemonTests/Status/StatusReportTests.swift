// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import Testing

@testable import AgentDaemon
@testable import FlameNode
@testable import Health

/// What goes over the status socket and is printed by `status --output json`, as recorded bytes.
@Suite("Status report")
struct StatusReportTests {
    private static let moment = Date(timeIntervalSince1970: 1_767_225_600)

    private static let report = StatusReport(
        version: "0.1.0",
        pod: "acme/hospital-a",
        startedAt: moment,
        isReady: false,
        networks: ["pod": StatusReport.Network(isReady: false, problems: ["message-service": "gone"])],
        components: [
            "message-service": AgentHealth.Report(isWell: false, since: moment, lastWell: moment, problem: "gone")
        ],
        datasets: [
            StatusReport.Dataset(
                identifier: "acme/heart-data",
                registeredAt: moment,
                lastHeartbeat: moment,
                problem: "no file"
            )
        ],
        activeTasks: 1,
        queuedTasks: 2,
        audit: AuditStatus(
            entries: 12,
            unsignedEntries: 2,
            bytes: 4_096,
            lastCheckpoint: moment,
            anchors: [AuditStatus.Anchor(name: "journald", entries: 10, failures: 1, problem: "refused: no")]
        ),
        flame: FlameStatus(
            nodeID: "n",
            nodeName: "hospital-node",
            hubVersion: "0.14.0",
            lastSuccess: moment,
            problem: "gone",
            alarms: ["look"],
            projects: 3,
            pendingProjects: 1,
            analyses: 5,
            pendingAnalyses: 2,
            activeAnalyses: 1,
            isFilling: true,
            unreadableRows: 4,
            waitingWrites: 6
        )
    )

    private static let recorded = """
        {"active_tasks":1,"audit":{"anchors":[{"entries":10,"failures":1,"name":"journald","problem":"refused: no"}],\
        "bytes":4096,"entries":12,"last_checkpoint":"2026-01-01T00:00:00Z","unsigned_entries":2},\
        "components":{"message-service":{"is_well":false,"last_well":"2026-01-01T00:00:00Z","problem":"gone",\
        "since":"2026-01-01T00:00:00Z"}},"datasets":[{"identifier":"acme/heart-data",\
        "last_heartbeat":"2026-01-01T00:00:00Z","problem":"no file","registered_at":"2026-01-01T00:00:00Z",\
        "source":{"fault":"CHECK_PENDING","status":"unknown"}}],\
        "flame":{"active_analyses":1,"alarms":["look"],"analyses":5,"hub_version":"0.14.0","is_filling":true,\
        "last_success":"2026-01-01T00:00:00Z","node_id":"n","node_name":"hospital-node","pending_analyses":2,\
        "pending_projects":1,"problem":"gone","projects":3,"unreadable_rows":4,"waiting_writes":6},\
        "is_ready":false,"networks":{"pod":{"is_ready":false,"problems":{"message-service":"gone"}}},\
        "pod":"acme/hospital-a","queued_tasks":2,"started_at":"2026-01-01T00:00:00Z",\
        "version":"0.1.0"}
        """

    @Test("Every key is in snake case, and stays what it is")
    func keys() throws {
        #expect(String(decoding: try StatusReport.encoder.encode(Self.report), as: UTF8.self) == Self.recorded)
        #expect(try StatusReport.decoder.decode(StatusReport.self, from: Data(Self.recorded.utf8)) == Self.report)
    }

    @Test("What an operator asks of the audit log over the socket stays what it is")
    func auditActions() throws {
        let recorded: [(AuditAction, String)] = [
            (
                .export(AuditExportNote(AuditQuery(task: "t"), format: "csv")),
                #"{"export":{"note":{"format":"csv","task":"t"}}}"#
            ),
            (.checkpoint, #"{"checkpoint":{}}"#),
            (.archive(before: Date(timeIntervalSinceReferenceDate: 60)), #"{"archive":{"before":60}}"#),
            (.forget(modeller: "bob"), #"{"forget":{"modeller":"bob"}}"#),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for (action, text) in recorded {
            #expect(String(decoding: try encoder.encode(action), as: UTF8.self) == text)
            #expect(try JSONDecoder().decode(AuditAction.self, from: Data(text.utf8)) == action)
        }
    }
}
