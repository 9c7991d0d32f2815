// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FlameHub
@testable import FlameNode

/// The status machine that the Hub does not have (flame-hub.md, 6.7).
@Suite struct ExecutionTests {
    @Test func allowsExactlyTheTransitionsOfTheReference() {
        let legal: Set<[String]> = [
            ["", "starting"], ["starting", "started"], ["started", "executing"], ["executing", "executed"],
            ["executing", "failed"], ["starting", "stopping"], ["started", "stopping"], ["executing", "stopping"],
            ["stopping", "stopped"], ["stopping", "failed"], ["starting", "failed"], ["started", "failed"],
            ["executed", "starting"], ["failed", "starting"], ["stopped", "starting"],
        ]
        let unknown = ProcessStatus(rawValue: "paused")
        for old in [nil] + ProcessStatus.known.map(Optional.some) + [unknown] {
            for new in ProcessStatus.known + [unknown] {
                #expect(
                    ExecutionTransition.isLegal(from: old, to: new)
                        == legal.contains([old?.rawValue ?? "", new.rawValue]),
                    "\(old?.rawValue ?? "null") to \(new)"
                )
            }
        }
    }

    @Test func reportsARun() throws {
        var reporter = ExecutionReporter(status: nil, progress: nil)
        #expect(reporter.reach(1) == nil)
        #expect(try reporter.enter(.starting) == ExecutionReport(status: .starting))
        #expect(try reporter.enter(.started) == ExecutionReport(status: .started))
        #expect(try reporter.enter(.executing) == ExecutionReport(status: .executing))
        #expect(reporter.reach(10) == ExecutionReport(progress: 10))
        #expect(reporter.reach(20) == ExecutionReport(progress: 20))
        #expect(reporter.reach(20) == nil)
        #expect(reporter.reach(15) == nil)
        #expect(reporter.reach(100) == ExecutionReport(progress: 99))
        #expect(reporter.reach(100) == nil)
        #expect(try reporter.enter(.executed) == ExecutionReport(status: .executed, progress: 100))
        #expect(reporter.reach(100) == nil)
        #expect(try reporter.enter(.starting) == ExecutionReport(status: .starting, progress: 0))
        #expect(try reporter.enter(.started) == ExecutionReport(status: .started))
        #expect(reporter.reach(1) == ExecutionReport(progress: 1))
    }

    @Test func refusesWhatMayNotFollow() throws {
        var reporter = ExecutionReporter(status: .executed, progress: 100)
        #expect(throws: ExecutionReporter.IllegalTransition(old: .executed, new: .executing)) {
            try reporter.enter(.executing)
        }
        #expect(reporter == ExecutionReporter(status: .executed, progress: 100))
        var foreign = ExecutionReporter(status: ProcessStatus(rawValue: "paused"), progress: nil)
        #expect(throws: ExecutionReporter.IllegalTransition.self) { try foreign.enter(.stopping) }
    }
}
