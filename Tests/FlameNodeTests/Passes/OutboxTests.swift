// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameNode
@testable import FlameTestSupport

@Suite struct OutboxTests {
    private let now = Date(timeIntervalSince1970: 1_000)

    private func report(_ part: Int, _ status: ProcessStatus? = nil, _ progress: Int? = nil) -> OutboxEntry.Write {
        .report(part: Rows.id(part), ExecutionReport(status: status, progress: progress))
    }

    private func log(_ message: String) -> OutboxEntry.Write {
        .log(analysis: Rows.id(1), node: Rows.id(2), level: .info, message: message)
    }

    @Test func mergesReportsThatWait() {
        var outbox = Outbox()
        let first = outbox.add(report(1, .starting))
        #expect(outbox.add(report(1, .started, 5)) == first)
        outbox.add(report(2, .failed))
        #expect(outbox.add(report(1, nil, 6)) == first)
        #expect(outbox.entries.map(\.write) == [report(1, .started, 6), report(2, .failed)])
    }

    @Test func leavesAReportAloneThatIsUnderWay() {
        var outbox = Outbox()
        let first = outbox.add(report(1, .starting))
        outbox.begin(first)
        let second = outbox.add(report(1, .started))
        #expect(second != first)
        #expect(outbox.due(at: now).isEmpty)
        outbox.succeed(first)
        #expect(outbox.due(at: now).map(\.id) == [second])
    }

    @Test func keepsTheOrderOfEachTarget() {
        var outbox = Outbox()
        let first = outbox.add(log("one"))
        let second = outbox.add(log("two"))
        let other = outbox.add(report(1, .starting))
        #expect(outbox.due(at: now).map(\.id) == [first, other])
        outbox.begin(first)
        #expect(outbox.fail(first, FlameHubError(.rateLimited, ""), at: now, random: 1) == .later)
        #expect(outbox.due(at: now).map(\.id) == [other])
        #expect(outbox.due(at: now + 1).map(\.id) == [first, other])
        outbox.succeed(first)
        #expect(outbox.due(at: now).map(\.id) == [second, other])
    }

    @Test func waitsLongerAfterEachFailure() throws {
        var outbox = Outbox()
        let id = outbox.add(report(1, .starting))
        for wait in [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            #expect(outbox.fail(id, FlameHubError(.transport, ""), at: now, random: 1) == .later)
            #expect(outbox.entries.first?.notBefore == 1_000 + wait)
        }
        var limited = FlameHubError(.rateLimited, "")
        limited.retryAfter = .seconds(900)
        #expect(outbox.fail(id, limited, at: now, random: 0) == .later)
        #expect(outbox.entries.first?.notBefore == 1_900)
    }

    @Test func neverSendsALogTwiceWithoutLooking() {
        for code in [FlameHubError.Code.transport, .server, .malformedResponse, .cancelled] {
            var outbox = Outbox()
            let id = outbox.add(log("one"))
            outbox.begin(id)
            #expect(outbox.fail(id, FlameHubError(code, ""), at: now, random: 0) == .inDoubt)
            #expect(outbox.due(at: now + 1_000).isEmpty)
            var arrived = outbox
            arrived.settle(id, arrived: true)
            #expect(arrived.entries.isEmpty)
            outbox.settle(id, arrived: false)
            #expect(outbox.due(at: now + 1_000).map(\.id) == [id])
        }
    }

    @Test func dropsWhatCannotSucceed() throws {
        let part = try #require(ResourceRow<AnalysisNode>(Rows.part(1)).record)
        let decision = OutboxEntry.Write.analysisDecision(
            part: part.id,
            .approved,
            comment: nil,
            DecisionSnapshot(part)
        )
        var outbox = Outbox()
        let first = outbox.add(decision)
        outbox.add(report(1, .starting))
        outbox.add(report(2, .starting))
        #expect(outbox.fail(first, FlameHubError(.notFound, ""), at: now, random: 0) == .targetGone)
        #expect(outbox.entries.map(\.write) == [report(2, .starting)])
        for code in [
            FlameHubError.Code.permission, .rejected, .conflict, .changeIgnored, .unsupported, .invalidRequest,
        ] {
            var outbox = Outbox()
            let id = outbox.add(decision)
            #expect(outbox.fail(id, FlameHubError(code, ""), at: now, random: 0) == .refused)
            #expect(outbox.entries.isEmpty)
        }
    }

    @Test func survivesARestart() throws {
        var outbox = Outbox()
        let line = outbox.add(log("one"))
        let report = outbox.add(report(1, .starting))
        outbox.begin(line)
        outbox.begin(report)
        let stored = try outbox.entries.map { try $0.storedText() }
        var restored = Outbox(restoring: try stored.map { try OutboxEntry(stored: $0) }, nextID: outbox.nextID)
        #expect(restored == outbox)
        restored.recover()
        #expect(restored.due(at: now).map(\.id) == [report])
        restored.settle(line, arrived: false)
        #expect(restored.due(at: now).map(\.id) == [line, report])
        #expect(restored.add(log("two")) > report)
    }

    @Test func writesNothingToATargetOfWhichSomethingCantBeRead() {
        let target = report(1, .starting).target
        var outbox = Outbox(restoring: [], nextID: 5, blocked: [target])
        let blocked = outbox.add(report(1, .starting))
        let free = outbox.add(report(2, .starting))
        #expect(blocked == 5 && free == 6)
        #expect(outbox.due(at: now).map(\.id) == [free])
    }

    /// However reports come and go, the Hub ends up with the last one of each part.
    @Test func alwaysEndsWithTheLastReport() {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<200 {
            var outbox = Outbox()
            var hub: [String: ExecutionReport] = [:]
            var expected: [String: ExecutionReport] = [:]
            var clock = now
            for step in 0..<200 {
                let part = Int.random(in: 0..<3, using: &random)
                if step < 150, Bool.random(using: &random) {
                    let status = ProcessStatus.known.randomElement(using: &random)
                    let write = report(
                        part,
                        Bool.random(using: &random) ? status : nil,
                        Int.random(in: 0...99, using: &random)
                    )
                    outbox.add(write)
                    if case .report(_, let report) = write {
                        expected[write.target] = (expected[write.target] ?? ExecutionReport()).followed(by: report)
                    }
                }
                clock += 400
                for entry in outbox.due(at: clock) {
                    outbox.begin(entry.id)
                    let isLost = Int.random(in: 0..<3, using: &random) == 0
                    let arrives = !isLost || Bool.random(using: &random)
                    if arrives, case .report(_, let report) = entry.write {
                        hub[entry.write.target] = (hub[entry.write.target] ?? ExecutionReport()).followed(by: report)
                    }
                    if isLost {
                        _ = outbox.fail(entry.id, FlameHubError(.transport, ""), at: clock, random: 0.5)
                    } else {
                        outbox.succeed(entry.id)
                    }
                }
            }
            #expect(outbox.entries.count <= 3)
            while !outbox.entries.isEmpty {
                clock += 400
                for entry in outbox.due(at: clock) {
                    if case .report(_, let report) = entry.write {
                        hub[entry.write.target] = (hub[entry.write.target] ?? ExecutionReport()).followed(by: report)
                    }
                    outbox.succeed(entry.id)
                }
            }
            #expect(hub == expected)
        }
    }
}
