// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import AgentDaemon
@testable import FlameNode
@testable import Health
@testable import TaskFlow

@Suite("Catalogue of metrics")
struct MetricsCatalogueTests {
    /// A row of the table: a metric's name, its kind and its labels.
    private struct Row: Hashable {
        let name: String
        let kind: String
        let labels: Set<String>
        let help: String
    }

    private let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized

    private func catalogue() throws -> [Row] {
        try String(contentsOf: root.appending(path: "docs/metrics.md"), encoding: .utf8)
            .matches(of: /(?m)^\| `((?:podagent|process)_[a-z_]+)` \| ([a-z]+) \| ([^|]+) \| ([^|]+) \|/)
            .map { match in
                Row(
                    name: String(match.1),
                    kind: String(match.2),
                    labels: Set(match.3.matches(of: /`([a-z_]+)`/).map { String($0.1) }),
                    help: String(match.4)
                )
            }
    }

    @Test("It lists every metric once, with its kind, its labels and its help line")
    func rows() throws {
        let metrics = AgentMetrics(version: "1")
        metrics.tasks.countDecision("accept", reason: "accepted")
        metrics.handoff.countTask(.completed)
        metrics.handoff.count(RunCounts(refusals: [.malformed: 1]))
        metrics.countHeartbeat(succeeded: true)
        metrics.flame.countCycle(succeeded: true)
        metrics.show([DatasetSource]())
        let anchor = AuditStatus.Anchor(name: "journald", failures: 0)
        metrics.show(AuditStatus(entries: 1, unsignedEntries: 0, bytes: 1, anchors: [anchor]))
        let text = metrics.registry.render(.text)
        let rendered = text.matches(of: #/# HELP \S+ (.+)\n# TYPE (\S+) (\S+)\n[^{\n ]+(\{.*\})? /#).map { match in
            Row(
                name: String(match.2),
                kind: String(match.3),
                labels: Set((match.4 ?? "").matches(of: /([a-z_]+)="/).map { String($0.1) }).subtracting(["le"]),
                help: String(match.1)
            )
        }
        let catalogue = try catalogue()
        #expect(Set(catalogue) == Set(rendered))
        #expect(catalogue.count == rendered.count)
    }

    @Test("No metric in the sources is missing from it")
    func sources() throws {
        let sources = try #require(
            FileManager.default.enumerator(at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
        )
        var names: Set<String> = []
        for case let file as URL in sources where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            names.formUnion(text.matches(of: /"((?:podagent|process)_[a-z_]+)"/).map { String($0.1) })
        }
        #expect(try names == Set(catalogue().map(\.name)))
    }
}
