// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameNode
@testable import FlameTestSupport

/// Reading a list that changes while it is read (flame-hub.md, 6.5).
@Suite struct PassTests {
    // MARK: Complete sets

    @Test func readsASetOnceIfItIsStable() {
        var pass = CompleteSetPass<Int>()
        #expect(pass.take(Array(0..<50), total: 70) == .next)
        #expect(pass.offset == 50)
        #expect(pass.take(Array(50..<70), total: 70) == .complete)
        #expect(pass.ids == Set(0..<70))
        var empty = CompleteSetPass<Int>()
        #expect(empty.take([], total: 0) == .complete)
    }

    @Test func readsASetAgainIfItChanged() {
        var pass = CompleteSetPass<Int>()
        #expect(pass.take(Array(0..<50), total: 70) == .next)
        #expect(pass.take(Array(51..<70), total: 69) == .next)
        #expect(pass.offset == 0)
        #expect(pass.take(Array(0..<50), total: 69) == .next)
        #expect(pass.take(Array(50..<69), total: 69) == .complete)
    }

    @Test func noticesASwapThatKeepsTheTotal() {
        var pass = CompleteSetPass<Int>()
        #expect(pass.take(Array(0..<50), total: 60) == .next)
        // One row left the front and one came at the end: row 50 was skipped.
        #expect(pass.take(Array(51..<60) + [60], total: 60) == .complete)
        var skipped = CompleteSetPass<Int>()
        #expect(skipped.take(Array(0..<50), total: 60) == .next)
        #expect(skipped.take(Array(51..<60), total: 60) == .next)
        #expect(skipped.offset == 0)
    }

    @Test func givesUpOnASetThatNeverRests() {
        var pass = CompleteSetPass<Int>()
        var step = CompleteSetPass<Int>.Step.next
        for run in 1...3 {
            #expect(pass.take(Array(0..<50), total: 60) == .next)
            step = pass.take(Array(50..<60), total: 60 + run)
        }
        #expect(step == .unstable)
    }

    @Test func readsALargeSetInTurns() {
        var pass = CompleteSetPass<Int>()
        var step = CompleteSetPass<Int>.Step.next
        for page in 0..<20 { step = pass.take(Array(page * 50..<page * 50 + 50), total: 5_000) }
        #expect(step == .partial(nextOffset: 1_000))
        var rest = CompleteSetPass<Int>(at: 4_980)
        #expect(rest.take(Array(4_980..<5_000), total: 5_000) == .partial(nextOffset: 0))
    }

    // MARK: Verification

    @Test func asksForFiftyRowsByTheirAnalyses() throws {
        let known = (0..<60).map {
            VerificationSlice<AnalysisNode>.KnownRow(id: Rows.id($0), wholeID: Rows.id($0 + 100_000))
        }
        let slice = try #require(VerificationSlice(of: Rows.id(1), rows: known))
        #expect(slice.rows.count == 50)
        let items = try ListQuery(filter: slice.filter).items(
            for: ServerProfile(version: HubVersion(0, 14, 0), naming: .camelCase)
        )
        #expect(items.map(\.0) == ["page[limit]", "page[offset]", "filter[nodeId]", "filter[analysisId]"])
        #expect(items.last?.1.split(separator: ",").count == 50)
        let rows = (0..<50).filter { $0 != 7 && $0 != 9 }.map {
            Rows.part($0, $0 == 3 ? ["executionProgress": "odd"] : [:])
        }
        let server = ServerProfile(version: HubVersion(0, 14, 0), naming: .camelCase)
        let page = try PageReader(query: ListQuery(filter: slice.filter), service: .core, server: server)
            .page(rows, meta: [:])
        #expect(page.unreadable.count == 1)
        #expect(slice.missing(from: page).map(\.id) == [Rows.id(7), Rows.id(9)])
        #expect(VerificationSlice<AnalysisNode>(of: Rows.id(1), rows: []) == nil)
    }

    // MARK: Pacing

    @Test func pacesCycles() {
        var pacing = SyncPacing()
        #expect(pacing.wait(isActive: false, random: 0.5) == .seconds(30))
        #expect(pacing.wait(isActive: true, random: 0.5) == .seconds(10))
        #expect(pacing.wait(isActive: false, random: 0) == .seconds(24))
        #expect(pacing.readsNode && pacing.readsProjects)
        for _ in 0..<5 { pacing.finish(succeeded: false) }
        #expect(pacing.isOffline)
        // It begins with the interval, and doubles up to five minutes.
        var away = pacing
        for seconds in [30, 60, 120, 240, 300, 300] {
            #expect(away.wait(isActive: true, random: 0.5) == .seconds(seconds))
            away.finish(succeeded: false)
        }
        #expect(!pacing.readsNode && pacing.readsProjects)
        #expect(!pacing.readsPending(hasPending: false, hasNews: false))
        #expect(pacing.readsPending(hasPending: true, hasNews: false))
        pacing.finish(succeeded: true)
        #expect(!pacing.isOffline)
    }
}
