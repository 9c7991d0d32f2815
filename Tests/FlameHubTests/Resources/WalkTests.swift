// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// Walking over all pages of a list (flame-hub.md, 6.5).
@Suite(.timeLimit(.minutes(1))) struct WalkTests {
    /// A list that is served page by page, and can change between two pages.
    final class Table: Sendable {
        private let rows: Mutex<[JSONValue]>
        let change: @Sendable (inout [JSONValue]) -> Void

        init(_ count: Int, _ change: @escaping @Sendable (inout [JSONValue]) -> Void = { _ in }) {
            rows = Mutex((0..<count).map { Rows.node($0) })
            self.change = change
        }

        func page(_ request: SeenRequest) -> Reply {
            rows.withLock { rows in
                let limit = min(Int(request.query["page[limit]"] ?? "") ?? 50, 50)
                let offset = Int(request.query["page[offset]"] ?? "") ?? 0
                let page = Array(rows.dropFirst(offset).prefix(limit))
                let reply = Reply.list(page, total: rows.count, limit: limit, offset: offset)
                change(&rows)
                return reply
            }
        }
    }

    private func names(_ table: Table) async throws -> (names: [String], requests: [SeenRequest]) {
        let fixture = try HubFixture { table.page($0) }
        defer { fixture.server.stop() }
        var names: [String] = []
        for try await node in fixture.session.core.nodes.all() { names.append(node.name ?? "") }
        return (names, fixture.calls)
    }

    @Test(arguments: [0, 1, 45, 49, 50, 51, 95, 96, 230])
    func readsEverythingOnce(_ count: Int) async throws {
        let (names, requests) = try await names(Table(count))
        #expect(names == (0..<count).map { "my-node-\($0)" })
        #expect(requests.allSatisfy { $0.query["sort"] == "createdAt" && $0.query["page[limit]"] == "50" })
        #expect(requests.count == (count <= 50 ? 1 : 1 + Int((Double(count - 50) / 45).rounded(.up))))
    }

    /// However many are deleted in front of the walk, and when: what is there all the time is seen.
    @Test(arguments: [5, 9, 30, 49])
    func losesNothingToDeletions(_ count: Int) async throws {
        let deletions = Mutex(3)
        let (names, _) = try await names(
            Table(230) { rows in
                let isDue = deletions.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isDue { rows.removeFirst(count) }
            }
        )
        #expect(Set(names).isSuperset(of: (3 * count..<230).map { "my-node-\($0)" }))
        #expect(Set(names).count == names.count)
    }

    /// Rows with equal sort keys come in another order on each page, as from a database that promises none.
    private static func tied(_ count: Int, _ request: SeenRequest, splits: Bool, seed: UInt64) -> Reply {
        var rows = (0..<count).map { number -> JSONValue in
            var fields = Rows.part(number).objectValue ?? [:]
            fields["createdAt"] = .string(Rows.time(0))
            fields["approvalStatus"] = number.isMultiple(of: 3) ? "approved" : number % 3 == 1 ? "rejected" : .null
            return .object(fields)
        }
        if let value = request.query["filter[approvalStatus]"] {
            rows = rows.filter { $0.objectValue?["approvalStatus"] == (value == "null" ? .null : .string(value)) }
        }
        let limit = min(Int(request.query["page[limit]"] ?? "") ?? 50, 50)
        let offset = Int(request.query["page[offset]"] ?? "") ?? 0
        let isReversed = request.query["sort"]?.hasPrefix("-") == true
        // A row at the edge of a page is on neither of the two, whatever the direction, unless the list is cut into parts.
        if splits, request.query["filter[approvalStatus]"] == nil {
            let hidden = rows.count - 1
            var shown = rows.enumerated().filter { $0.offset != hidden }.map(\.element)
            shown.append(rows[0])
            rows = shown
        } else {
            var random = SeededGenerator(seed: seed &+ UInt64(offset / 40) &+ (isReversed ? 7 : 0))
            rows.shuffle(using: &random)
        }
        return .list(Array(rows.dropFirst(offset).prefix(limit)), total: rows.count, limit: limit, offset: offset)
    }

    @Test(arguments: [40, 60, 120])
    func equalSortKeysLoseNothingOrSaySo(_ count: Int) async throws {
        for seed in 0..<20 as Range<UInt64> {
            let fixture = try HubFixture { Self.tied(count, $0, splits: false, seed: seed) }
            defer { fixture.server.stop() }
            var ids: [HubID<AnalysisNode>] = []
            do throws(FlameHubError) {
                for try await part in fixture.session.core.analysisNodes.all() { ids.append(part.id) }
                #expect(ids.count == count)
            } catch {
                #expect(error.code == .unstableListing)
                #expect(error.message.contains("\(count - ids.count) rows are missing"))
            }
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test func aListIsCutIntoPartsWhereItsOrderHidesARow() async throws {
        let fixture = try HubFixture { Self.tied(90, $0, splits: true, seed: 1) }
        defer { fixture.server.stop() }
        var ids: Set<HubID<AnalysisNode>> = []
        for try await part in fixture.session.core.analysisNodes.all() { ids.insert(part.id) }
        #expect(ids.count == 90)
    }

    @Test func readsNothingTwiceWhenRowsAreInserted() async throws {
        let next = Mutex(1_000)
        let (names, _) = try await names(
            Table(200) { rows in
                let first = next.withLock {
                    $0 += 40
                    return $0
                }
                rows.insert(contentsOf: (first..<first + 40).map { Rows.node($0) }, at: 0)
            }
        )
        #expect(Set(names).isSuperset(of: (0..<200).map { "my-node-\($0)" }))
        #expect(Set(names).count == names.count)
    }

    @Test func endsWhenTheHubIgnoresTheOffset() async throws {
        let fixture = try HubFixture { _ in .list((0..<50).map { Rows.node($0) }, total: .max) }
        defer { fixture.server.stop() }
        var count = 0
        let error = await #expect(throws: FlameHubError.self) {
            for try await _ in fixture.session.core.nodes.rows() { count += 1 }
        }
        #expect(error?.code == .unstableListing)
        #expect(count == 50)
        #expect(fixture.calls.count == 11)
    }

    @Test func goesOnAfterAnOddRow() async throws {
        let fixture = try HubFixture { _ in .list([Rows.node(1), ["id": "odd"], Rows.node(2)]) }
        defer { fixture.server.stop() }
        var records = 0
        for try await _ in fixture.session.core.nodes.all() { records += 1 }
        var faults: [String] = []
        for try await row in fixture.session.core.nodes.rows() { faults += [row.fault].compactMap(\.self) }
        #expect(records == 2)
        #expect(faults == ["id: The text is not a UUID."])
    }

    @Test func respectsACallersOrderAndFilter() async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        for try await _ in fixture.session.core.nodes.all(
            filter: .name(like: "x"),
            sort: .descending(\.updatedAt),
            include: .all
        ) {}
        for try await _ in fixture.session.core.masterImageGroups.all() {}
        for try await _ in fixture.session.core.masterImages.all() {}
        #expect(fixture.calls.map { $0.query["sort"] } == ["-updatedAt,createdAt", nil, "path"])
        #expect(fixture.calls.first?.query["filter[name]"] == "~x")
        #expect(fixture.calls.first?.query["include"] == "registry,registryProject")
    }

    @Test func takesALimitThatIsSmallerThanAskedFor() async throws {
        let fixture = try HubFixture { request in
            let offset = Int(request.query["page[offset]"] ?? "") ?? 0
            return .list((offset..<min(offset + 20, 55)).map { Rows.node($0) }, total: 55, limit: 20, offset: offset)
        }
        defer { fixture.server.stop() }
        var names: [String] = []
        for try await node in fixture.session.core.nodes.all() { names.append(node.name ?? "") }
        #expect(names == (0..<55).map { "my-node-\($0)" })
    }

    /// Whatever happens between two pages, what was there all the time is seen, and memory stays bounded.
    @Test func convergesUnderChange() {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<300 {
            var rows = Array(0..<Int.random(in: 0..<400, using: &random))
            var next = 10_000
            var lasting = Set(rows)
            var walk = ListWalk(isOrderTotal: false)
            var seen: [Int] = []
            var offset = 0
            walking: while true {
                let page = Array(rows.dropFirst(offset).prefix(50))
                let isLast = page.count < 50 || offset + page.count >= rows.count
                let visited = page.map { ListWalk.Row(identity: .text("\($0)"), order: [.integer(Int64($0))]) }
                let (isNew, step) = walk.visit(visited, total: rows.count, limit: 50, offset: offset, isLast: isLast)
                seen += zip(page, isNew).compactMap { $1 ? $0 : nil }
                switch step {
                case .next(let following): offset = following
                case .again: offset = 0
                case .finished, .incomplete, .stuck: break walking
                }
                for _ in 0..<Int.random(in: 0...5, using: &random) where !rows.isEmpty {
                    lasting.remove(rows.remove(at: Int.random(in: 0..<rows.count, using: &random)))
                }
                for _ in 0..<Int.random(in: 0...30, using: &random) {
                    rows.insert(next, at: Int.random(in: 0...rows.count, using: &random))
                    next += 1
                }
            }
            #expect(Set(seen).isSuperset(of: lasting))
            #expect(Set(seen).count == seen.count)
        }
    }
}
