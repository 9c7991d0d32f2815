import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the running agent is.",
        discussion: "Exits with 69 if no agent answers, or the one that does is not ready."
    )

    @OptionGroup var common: CommonOptions

    @Option(name: .long, help: "How to print the report.")
    var output = OutputFormat.table

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            let report = try await StatusClient(address: configuration.status.address).report()
            switch output {
            case .json: print(try JSON.text(report))
            case .table: show(report)
            }
            guard report.isReady else { throw ExitCode(AgentFailure.ExitCode.unavailable.rawValue) }
        }
    }

    private func show(_ report: StatusReport) {
        print("pod-agent \(report.version), \(Self.readiness(report.isReady))")
        if let pod = report.networks["pod"] {
            print("pod \(report.pod ?? "-"), \(Self.readiness(pod.isReady))")
            print("\(report.activeTasks) task(s) being decided, \(report.queuedTasks) waiting")
        }
        if let flame = report.networks["flame"] {
            let node = report.flame?.nodeName ?? report.flame?.nodeID ?? "(not yet known)"
            print("FLAME node \(node), \(Self.readiness(flame.isReady))")
            if let status = report.flame {
                let pending = status.pendingProjects + status.pendingAnalyses
                print("\(status.activeAnalyses) analyses approved and unfinished, \(pending) approval(s) waiting")
            }
        }
        var components = Table(["COMPONENT", "STATE", "SINCE", "PROBLEM"])
        for (name, component) in report.components.sorted(by: { $0.key < $1.key }) {
            components.append([
                name, component.isWell ? "ok" : "failing", component.since.formatted(.iso8601), component.problem ?? "",
            ])
        }
        print("\n\(components.render())")
        show(report.datasets)
        show(report.audit)
    }

    private static func readiness(_ isReady: Bool) -> String { isReady ? "ready" : "not ready" }

    private func show(_ all: [StatusReport.Dataset]) {
        guard !all.isEmpty else { return }
        var datasets = Table(["DATASET", "REGISTERED", "LAST HEARTBEAT", "FILES", "PROBLEM"])
        for dataset in all {
            datasets.append([
                dataset.identifier, dataset.registeredAt?.formatted(.iso8601) ?? "-",
                dataset.lastHeartbeat?.formatted(.iso8601) ?? "-", dataset.source.status.rawValue,
                [dataset.source.fault?.explanation, dataset.problem].compactMap { $0 }.joined(separator: "; "),
            ])
        }
        print("\n\(datasets.render())")
    }

    private func show(_ audit: AuditStatus) {
        print(
            """

            audit log: \(audit.entries) entries, \(audit.unsignedEntries) of them unsigned, \(audit.bytes) bytes, \
            last checkpoint \(audit.lastCheckpoint?.formatted(.iso8601) ?? "not since the start")
            """
        )
        guard !audit.anchors.isEmpty else { return }
        var anchors = Table(["ANCHOR", "ENTRIES", "FAILURES", "PROBLEM"])
        for anchor in audit.anchors {
            anchors.append([
                anchor.name, anchor.entries.map(String.init) ?? "-", String(anchor.failures), anchor.problem ?? "",
            ])
        }
        print("\n\(anchors.render())")
    }
}
