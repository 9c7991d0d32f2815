// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import FlameHub

/// Which rows show that the Hub dropped a condition.
@Suite struct FilterVerdictTests {
    private func verdict<Record>(_ filter: Filter<Record>, _ row: JSONObject) -> FilterVerdict? {
        filter.conditions.first?.verdict(on: row)
    }

    @Test(arguments: [
        (Filter<Project>.name("MY-Name"), "my-name", FilterVerdict.holds), (.name("x"), "y", .fails),
        (.name(not: "x"), "y", .holds), (.name(not: "x"), "X", .fails), (.name(in: ["x", "y"]), "Y", .holds),
        (.name(notIn: ["x", "y"]), "z", .holds), (.name(like: "4"), "node-4", .holds),
        (.name(like: "node"), "node-4", .holds),
        (.name(like: "ode"), "node-4", .fails), (.name(startsWith: "node"), "Node-4", .holds),
        (.name(startsWith: "4"), "node-4", .fails), (.name(endsWith: "-4"), "node-4", .holds),
        (.name(contains: "ode"), "node-4", .holds), (.name(contains: "xx"), "node-4", .fails),
        (.name(notContains: "xx"), "node-4", .holds), (.name(notContains: "ode"), "node-4", .fails),
        (.name(like: "my_node"), "my-node", .holds), (.name(contains: "a%c"), "xabbcx", .holds),
        // What one database finds and another does not is no alarm.
        (.name(notContains: "a%c"), "xabbcx", .holds), (.name(notLike: "node"), "node-4", .holds),
        (.name(not: "cafe"), "café", .holds), (.name(not: "strasse"), "straße", .holds),
        (.name("true"), "true", .holds),
        (.name(startsWith: "cafe"), "Café", .holds), (.name(lessThan: "b"), "z", .holds),
    ])
    func looksAtTexts(_ filter: Filter<Project>, _ name: String, _ expected: FilterVerdict) {
        #expect(verdict(filter, ["name": .string(name)]) == expected)
    }

    @Test func looksAtNull() {
        #expect(verdict(Filter<AnalysisNode>.approvalStatus.isNull, ["approvalStatus": nil]) == .holds)
        #expect(verdict(Filter<AnalysisNode>.approvalStatus.isNull, ["approvalStatus": "approved"]) == .fails)
        #expect(verdict(Filter<AnalysisNode>.approvalStatus.isNotNull, ["approvalStatus": nil]) == .fails)
        #expect(verdict(Filter<AnalysisNode>.approvalStatus(.approved), ["approvalStatus": nil]) == .fails)
        #expect(verdict(Filter<AnalysisNode>.approvalStatus(not: .approved), ["approvalStatus": nil]) == .holds)
        #expect(verdict(Filter<AnalysisNode>.executionStatus(nullOrIn: [.started]), ["executionStatus": nil]) == .holds)
        #expect(
            verdict(Filter<AnalysisNode>.executionStatus(nullOrIn: [.started]), ["executionStatus": "failed"]) == .fails
        )
        #expect(verdict(Filter<AnalysisNode>.approvalStatus(.approved), [:]) == .unknown)
    }

    @Test func looksAtTruthValuesAndTimes() {
        #expect(verdict(Filter<Node>.hidden(true), ["hidden": true]) == .holds)
        #expect(verdict(Filter<Node>.hidden(true), ["hidden": 1]) == .holds)
        #expect(verdict(Filter<Node>.hidden(true), ["hidden": false]) == .fails)
        let filter = FilterKey<Project, String>("createdAt")(atLeast: "2026-01-02T00:00:00.000Z")
        #expect(verdict(filter, ["createdAt": "2026-01-02T01:00:00.000+01:00"]) == .holds)
        #expect(verdict(filter, ["createdAt": "2026-01-01T23:59:59.999Z"]) == .fails)
    }

    @Test func looksIntoRelations() {
        let filter = Filter<AnalysisNode>.analysis(.buildStatus(.executed))
        #expect(verdict(filter, ["analysis": ["buildStatus": "executed"]]) == .holds)
        #expect(verdict(filter, ["analysis": ["buildStatus": nil]]) == .fails)
        #expect(verdict(filter, ["analysis": nil]) == .fails)
        #expect(verdict(filter, [:]) == .unknown)
    }

    @Test func matchesWildcardsInTimeThatIsBounded() {
        let filter = Filter<Project>.name(contains: String(repeating: "a%", count: 50) + "b")
        #expect(verdict(filter, ["name": .string(String(repeating: "a", count: 5_000))]) == .fails)
    }
}
