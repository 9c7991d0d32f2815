// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import PodSandbox
import Testing

/// The query grammar as it is on the wire (flame-hub.md, 3).
@Suite struct FlameQueryTests {
    /// The names of the analyses `analysis-0` to `analysis-11` that a query finds.
    private func names(_ hub: FlameTestHub, _ query: [(String, String)]) async throws -> [String] {
        let list = try await FlameRawCaller(hub, hub.stand.seed.admin).get("core/analyses", [("sort", "name")] + query)
        return (list["data"]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }
    }

    static let today: [(String, String, [String])] = [
        ("filter[name]", "ANALYSIS-3", ["analysis-3"]),
        ("filter[name]", "analysis-3,analysis-4", ["analysis-3", "analysis-4"]),
        ("filter[name]", "~s-1", ["analysis-1"]),
        ("filter[name]", "analysis-1~", ["analysis-1", "analysis-10", "analysis-11"]),
        ("filter[name]", "~sis-1~", ["analysis-1", "analysis-10", "analysis-11"]),
        ("filter[name]", "<=analysis-10", ["analysis-0", "analysis-1", "analysis-10"]),
        ("filter[name]", "!<=analysis-10", ["analysis-0", "analysis-1", "analysis-10"]),
        ("filter[name]", ">analysis-8", ["analysis-9"]),
        ("filter[executionStatus]", "!null", []),
        ("filter[project.name]", "nothing", []),
        ("filter", "and(eq(name,'analysis-3'),eq(buildStatus,'executed'))", ["analysis-3"]),
        ("filter", "or(eq(name,'analysis-3'),endsWith(name,'-5'))", ["analysis-3", "analysis-5"]),
        ("filter", "and(contains(name,'1'),not(in(name,'analysis-10','analysis-11')))", ["analysis-1"]),
        ("filter", "eq(description,'it''s')", []),
    ]

    @Test(arguments: today)
    func filtersOfToday(name: String, value: String, wanted: [String]) async throws {
        try await FlameTestHub.run { hub async throws in
            #expect(try await names(hub, [(name, value)]) == wanted)
        }
    }

    static let dropped: [(String, String)] = [
        ("filter[nonsense]", "x"), ("filter[name]", ""), ("filter[name]", "!"), ("filter[name]", "<="),
        ("filter[updatedAt]", "<2020"), ("filter[project.nonsense]", "x"), ("page[limit]", "-1"),
    ]

    @Test(arguments: dropped)
    func whatIsNotUnderstoodWidens(name: String, value: String) async throws {
        try await FlameTestHub.run { hub async throws in
            #expect(try await names(hub, [(name, value)]).count == 12)
        }
    }

    static let refused: [[(String, String)]] = [
        [("filter", "eq(updatedAt,'2020')")], [("filter", "eq(name,'x'")], [("filter", "eq(name,x)")],
        [("filter", "eq(name,'x')"), ("filter[name]", "x")], [("filter[__proto__]", "x")],
        [("filter", String(repeating: "not(", count: 100))],
    ]

    @Test(arguments: refused)
    func badQueriesAreRefused(query: [(String, String)]) async throws {
        try await FlameTestHub.run { hub async throws in
            let caller = try await FlameRawCaller(hub, hub.stand.seed.admin)
            let answer = try await caller.send(.get, "core/analyses", query)
            #expect(answer.status == 400 && answer.code == "bad_request")
        }
    }

    @Test func relationsHaveToBeIncludedToBeFilteredBy() async throws {
        try await FlameTestHub.run { hub async throws in
            let caller = try await FlameRawCaller(hub, hub.stand.seed.admin)
            func total(_ query: [(String, String)]) async throws -> Int64? {
                try await caller.get("core/analysis-nodes", query)["meta"]?.objectValue?["total"]?.integerValue
            }
            let filter = ("filter[analysis.name]", "analysis-3")
            #expect(try await total([filter]) == 1)
            #expect(try await total([filter, ("include", "analysis,node")]) == 1)
            #expect(try await total([filter, ("include", "node")]) == 12)
        }
    }
}
