// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import FlameHub

/// Conditions as a command line gives them (flame-hub.md, 3.2).
@Suite struct FilterTextTests {
    private static let tests: [(String, FilterCondition.Test)] = [
        ("x", .oneOf(["x"], orNull: false)), ("x,y", .oneOf(["x", "y"], orNull: false)),
        ("null", .isNull), ("NULL", .isNull), ("!null", .isNotNull),
        ("null,x,y", .oneOf(["x", "y"], orNull: true)), ("x,null", .oneOf(["x"], orNull: true)),
        ("!x", .noneOf(["x"])), ("!x,y", .noneOf(["x", "y"])),
        ("true", .oneOf(["true"], orNull: false)), ("!False", .noneOf(["False"])),
        ("007", .oneOf(["007"], orNull: false)), ("1e3", .oneOf(["1e3"], orNull: false)),
        ("<5", .ordered(.lessThan, "5")), ("<=5", .ordered(.atMost, "5")), (">5", .ordered(.greaterThan, "5")),
        (">=5", .ordered(.atLeast, "5")), (">=2026-01-02", .ordered(.atLeast, "2026-01-02")),
        ("~my-node-4", .matches(.like, "my-node-4", negated: false)),
        ("!~my-node-4", .matches(.like, "my-node-4", negated: true)),
        ("my~", .matches(.startsWith, "my", negated: false)), ("!my~", .matches(.startsWith, "my", negated: true)),
        ("~ode~", .matches(.contains, "ode", negated: false)), ("!~ode~", .matches(.contains, "ode", negated: true)),
        // What has a meaning only in front or at the end has none elsewhere.
        ("a~b", .oneOf(["a~b"], orNull: false)), ("a!b<c", .oneOf(["a!b<c"], orNull: false)),
        // A backslash makes a sign a part of the text.
        (#"a\,b,c"#, .oneOf(["a,b", "c"], orNull: false)), (#"\!x"#, .oneOf(["!x"], orNull: false)),
        (#"\~x"#, .oneOf(["~x"], orNull: false)), (#"x\~"#, .oneOf(["x~"], orNull: false)),
        (#"~\~x"#, .matches(.like, "~x", negated: false)), (#"!\null"#, .noneOf(["null"])),
        (#"\<5"#, .oneOf(["<5"], orNull: false)), (#"a\\b"#, .oneOf([#"a\b"#], orNull: false)),
        ("a=b", .oneOf(["a=b"], orNull: false)), (" x ", .oneOf([" x "], orNull: false)),
    ]

    @Test(arguments: tests)
    func readsEveryOperator(_ value: String, _ test: FilterCondition.Test) throws {
        #expect(try Filter<Project>(text: "name=\(value)").conditions == [FilterCondition(key: "name", test: test)])
    }

    @Test(arguments: [
        ("name", "name"), ("displayName", "displayName"), ("display_name", "displayName"),
        ("analysis.build_status", "analysis.buildStatus"), ("analysis.buildStatus", "analysis.buildStatus"),
    ])
    func readsKeysInEitherSpelling(_ key: String, _ newest: String) throws {
        #expect(try Filter<AnalysisNode>(text: "\(key)=x").conditions.map(\.key) == [newest])
    }

    @Test(arguments: ["", "name", "=x", "name="])
    func refusesWhatIsNoCondition(_ text: String) {
        let error = #expect(throws: FlameHubError.self) { try Filter<Project>(text: text) }
        #expect(error?.code == .invalidRequest)
    }

    /// The Hub fails on it, or finds nothing.
    @Test(arguments: ["realmId=clinic", "realmId=~9a9", "realmId=!x", "hidden=perhaps", "hidden=~t", "registry.id=x"])
    func refusesValuesOfTheWrongKind(_ text: String) {
        let error = #expect(throws: FlameHubError.self) { try Filter<Node>(text: text) }
        #expect(error?.code == .invalidRequest)
    }

    /// It is read, but can't be asked: the Hub would drop it, or take it for something else.
    @Test(arguments: ["name=!", "name=,", "name=~", "name=!~", "nmae=x", "nodeId=x", "project.name=x"])
    func refusesToAskWhatTheHubWouldDrop(_ text: String) async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        let filter = try Filter<Project>(text: text)
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.core.projects.find(filter: filter)
        }
        #expect(error?.code == .invalidRequest)
        #expect(fixture.calls.isEmpty)
    }

    @Test(arguments: [
        ("name=~my-node-4", "filter%5Bname%5D=~my-node-4"), ("name=a,b", "filter%5Bname%5D=a%2Cb"),
        ("online=false", "filter%5Bonline%5D=false"), ("realm_id=null", "filter%5BrealmId%5D=null"),
        ("name=007", "filter%5Bname%5D=~007~"), (#"name=a\,b"#, "filter=eq%28name%2C%27a%2Cb%27%29"),
    ])
    func asksForIt(_ text: String, _ query: String) async throws {
        let fixture = try HubFixture { _ in .list([]) }
        defer { fixture.server.stop() }
        _ = try await fixture.session.core.nodes.find(filter: Filter(text: text))
        let request = try #require(fixture.calls.first)
        #expect(request.target == "/core/nodes\(ConformanceTests.page)&\(query)")
    }
}
