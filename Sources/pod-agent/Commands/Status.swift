// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import FlameNode
import Foundation
import Health

/// `pod-agent status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the running agent is.",
        discussion: "Exits with 69 if no agent answers, or the one that does is not ready."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private typealias Component = (name: String, report: AgentHealth.Report)

    private static let components: [Field<Component>] = [
        Field("component") { $0.name },
        Field("state") { $0.report.isWell ? "ok" : "failing" },
        Field("since") { $0.report.since },
        Field("problem") { $0.report.problem },
    ]

    private static let datasets: [Field<StatusReport.Dataset>] = [
        Field("dataset") { $0.identifier },
        Field("registered") { $0.registeredAt },
        Field("last_heartbeat") { $0.lastHeartbeat },
        Field("files") { $0.source.status.rawValue },
        Field("problem") { dataset in
            let problems = [dataset.source.fault?.explanation, dataset.problem].compactMap { $0 }
            return problems.isEmpty ? nil : problems.joined(separator: "; ")
        },
    ]

    private static let anchors: [Field<AuditStatus.Anchor>] = [
        Field("anchor") { $0.name },
        Field("entries") { $0.entries },
        Field("failures") { $0.failures },
        Field("problem") { $0.problem },
    ]

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            let report = try await StatusClient(configuration.status).report()
            try result.show(report) { show(report) }
            guard report.isReady else { throw ExitCode(AgentFailure.ExitCode.unavailable.rawValue) }
        }
    }

    private func show(_ report: StatusReport) {
        StandardOutput.write("pod-agent \(report.version), \(Self.readiness(report.isReady))")
        if let pod = report.networks["pod"] {
            StandardOutput.write("pod \(report.pod ?? "-"), \(Self.readiness(pod.isReady))")
            StandardOutput.write("\(report.activeTasks) task(s) being decided, \(report.queuedTasks) waiting")
            if let oversized = report.oversizedMessages {
                StandardOutput.write(
                    "messages that are too large to be received: refused \(oversized.deliveries) time(s), last "
                        + oversized.last.formatted(.iso8601)
                )
            }
        }
        if let flame = report.networks["flame"] {
            let node = report.flame?.nodeName ?? report.flame?.nodeID ?? "(not yet known)"
            StandardOutput.write("FLAME node \(node), \(Self.readiness(flame.isReady))")
            if let status = report.flame {
                let pending = status.pendingProjects + status.pendingAnalyses
                StandardOutput.write("\(status.activeAnalyses) analyses approved and unfinished, \(pending) approval(s) waiting")
            }
        }
        StandardOutput.write()
        let components = report.components.sorted { $0.key < $1.key }
        TableWriter.show(components.map { (name: $0.key, report: $0.value) }, Self.components)
        if !report.datasets.isEmpty {
            StandardOutput.write()
            TableWriter.show(report.datasets, Self.datasets)
        }
        show(report.audit)
    }

    private static func readiness(_ isReady: Bool) -> String { isReady ? "ready" : "not ready" }

    private func show(_ audit: AuditStatus) {
        StandardOutput.write()
        StandardOutput.write(
            """
            audit log: \(audit.entries) entries, \(audit.unsignedEntries) of them unsigned, \(audit.bytes) bytes, \
            last checkpoint \(audit.lastCheckpoint?.formatted(.iso8601) ?? "not since the start")
            """
        )
        guard !audit.anchors.isEmpty else { return }
        StandardOutput.write()
        TableWriter.show(audit.anchors, Self.anchors)
    }
}
