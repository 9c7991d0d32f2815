// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation
import OwnerPolicy
import StrictJSON

/// `pod-agent policy replay`
struct PolicyReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Say which recorded decisions a policy would have changed.",
        discussion: """
            A rejection by the Access Manager is never changed. Where a rule denied a task, the Access Manager was not asked: \
            what it would have said is not known (`asked`). Neither is what entries don't hold (`not-known`): parameters of \
            tasks never, and in entries of older agents also models, aggregators and other pods. Limits count from the first \
            decision that is replayed. JSON output has one line for each decision that changes, and a last one with the counts.
            """
    )

    @OptionGroup var log: AuditSource
    @OptionGroup var source: PolicySource
    @OptionGroup var result: ResultOptions

    @Option(
        help: "Only decisions of so many days (90d) or hours (12h), or from this time on; all unless given.",
        transform: PolicyReplayCommand.start
    )
    var since: Date?

    private typealias Line = (recorded: RecordedEntry, comparison: PolicyReplay.Comparison)

    private static let fields: [Field<Line>] = [
        Field("entry") { $0.recorded.sequence },
        Field("at") { $0.recorded.at },
        Field("modeller") { $0.recorded.knownModeller },
        Field("dataset") { $0.recorded.entry.dataset },
        Field("decided") { $0.recorded.entry.decision?.rawValue },
        Field("change") { $0.comparison.change.rawValue },
        Field("rule") { $0.comparison.outcome.rule?.name },
        Field("reason") { $0.comparison.outcome.rule?.reason },
    ]

    func run() async throws {
        try await log.common.perform {
            let policy = try source.load(log.common)
            let reader = try log.reader()
            var replay = PolicyReplay(policy)
            var writer = result.lines(Self.fields) { (try? JSON.line(JSONValue($0, Self.fields))) ?? "" }
            let bar = ProgressBar("replaying") { "\($0) entries" }
            let query = AuditQuery(from: since, types: [.accessDecision])
            var count: Int64 = 0
            for try await recorded in reader.entries(matching: query) {
                count += 1
                bar.update(completed: count, total: nil)
                guard let comparison = replay.compare(recorded), comparison.change != .same else { continue }
                bar.finish()
                try writer.write((recorded, comparison))
            }
            bar.finish()
            writer.finish()
            try reader.close()
            try show(replay.counts)
        }
    }

    private func show(_ counts: [PolicyReplay.Change: Int]) throws {
        let members = PolicyReplay.Change.allCases.map { ($0.rawValue.replacing("-", with: "_"), JSONValue(counts[$0] ?? 0)) }
        try result.show(line: try JSON.line(JSONValue.object(JSONObject(members)))) {
            let total = counts.values.reduce(0, +)
            let parts = PolicyReplay.Change.allCases.map { "\(counts[$0] ?? 0) \($0.rawValue)" }
            print("\n\(total) decision(s): \(parts.joined(separator: ", "))")
        }
    }

    @Sendable
    private static func start(_ text: String) throws -> Date {
        if let unit = ["d": 86_400.0, "h": 3_600.0][text.suffix(1)], let number = Int(text.dropLast()), number > 0 {
            return Date.now.addingTimeInterval(-unit * Double(number))
        }
        return try AuditFilter.time(text)
    }
}
