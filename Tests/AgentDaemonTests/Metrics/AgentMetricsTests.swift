// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import AgentDaemon

@Suite("The agent's metrics") struct AgentMetricsTests {
    private let metrics = AgentMetrics(version: "1.2.3")
    private var lines: [Substring] { metrics.registry.render(.text).split(separator: "\n") }

    /// The value of a series; `nil` if there is none.
    private func value(_ series: String) -> Double? {
        lines.first { $0.hasPrefix("\(series) ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    @Test("The version is in a label")
    func version() {
        #expect(value(#"podagent_build_info{version="1.2.3"}"#) == 1)
    }

    @Test("Heartbeats are counted by how they ended")
    func heartbeats() {
        for succeeded in [true, true, false] { metrics.countHeartbeat(succeeded: succeeded) }
        #expect(value(#"podagent_heartbeats_total{result="ok"}"#) == 2)
        #expect(value(#"podagent_heartbeats_total{result="failed"}"#) == 1)
    }

    @Test("The audit log is shown with each of its anchors")
    func audit() {
        let unseen = AuditStatus.Anchor(name: "journald", failures: 3)
        let seen = AuditStatus.Anchor(name: "file \"a\"", entries: 7, failures: 0)
        metrics.show(
            AuditStatus(
                entries: 9,
                unsignedEntries: 2,
                bytes: 4_096,
                lastCheckpoint: Date(timeIntervalSince1970: 1_000),
                anchors: [unseen, seen]
            )
        )
        #expect(value("podagent_audit_entries") == 9)
        #expect(value("podagent_audit_unsigned_entries") == 2)
        #expect(value("podagent_audit_bytes") == 4_096)
        #expect(value("podagent_audit_last_checkpoint_timestamp_seconds") == 1_000)
        #expect(value(#"podagent_audit_anchor_entries{anchor="journald"}"#) == 0)
        #expect(value(#"podagent_audit_anchor_failures{anchor="journald"}"#) == 3)
        #expect(value(#"podagent_audit_anchor_entries{anchor="file \"a\""}"#) == 7)
    }

    @Test("A status that no dataset has any more goes back to zero")
    func sources() {
        metrics.show([DatasetSource(.osError)])
        metrics.show([DatasetSource(nil)])
        #expect(value(#"podagent_dataset_sources{status="unhealthy"}"#) == 0)
        #expect(value(#"podagent_dataset_sources{status="healthy"}"#) == 1)
        metrics.show([DatasetSource]())
        #expect(value(#"podagent_dataset_sources{status="healthy"}"#) == 0)
    }

    @Test("The figures about the process are those of this process")
    func process() throws {
        let open = try #require(value("process_open_fds"))
        let most = try #require(value("process_max_fds"))
        #expect(open > 2 && open < most)
        #expect(try #require(value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(value("process_virtual_memory_bytes")) > 1_000_000)
        let start = try #require(value("process_start_time_seconds"))
        // The kernel counts from its own start in hundredths of a second.
        #expect(start > 1_600_000_000 && start < Date.now.timeIntervalSince1970 + 1)
        #expect(try #require(value("process_cpu_seconds_total")) >= 0)
    }

    @Test("No metric is without its help line")
    func help() {
        let text = metrics.registry.render(.text)
        let types = text.matches(of: #/# TYPE (\S+) /#).map(\.1)
        let helped = text.matches(of: #/# HELP (\S+) /#).map(\.1)
        #expect(types == helped)
    }
}
