// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// The words of queries, byte for byte (flame-hub.md, 3).
@Suite struct QueryWordsTests {
    static let newest = ServerProfile(version: HubVersion(0, 14, 0), naming: .camelCase)
    static let hub0_12_2 = ServerProfile(version: HubVersion(0, 12, 2), naming: .snakeCase)
    static let hub0_8_8 = ServerProfile(version: HubVersion(0, 8, 8), naming: .snakeCase)

    private func words<Record>(
        _ query: ListQuery<Record>,
        _ server: ServerProfile = newest
    ) throws -> String {
        FormEncoding.encode(try query.items(for: server))
    }

    private func filter<Record>(_ filter: Filter<Record>, _ server: ServerProfile = newest) throws -> String {
        try ListQuery(filter: filter).items(for: server).dropFirst(2)
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    @Test func alwaysNamesThePage() throws {
        #expect(try words(ListQuery<Node>()) == "page%5Blimit%5D=50&page%5Boffset%5D=0")
    }

    @Test func writesTheExampleOfTheIssue() throws {
        let query = ListQuery<Node>(
            filter: .name(like: "my-node-4"),
            sort: .descending(\.createdAt),
            page: .init(limit: 25, offset: 10)
        )
        #expect(
            try words(query)
                == "page%5Blimit%5D=25&page%5Boffset%5D=10&filter%5Bname%5D=~my-node-4&sort=-createdAt"
        )
        #expect(
            try words(query, Self.hub0_12_2)
                == "page%5Blimit%5D=25&page%5Boffset%5D=10&filter%5Bname%5D=~my-node-4&sort=-created_at"
        )
    }

    @Test func writesRelationsAndFields() throws {
        let query = ListQuery<RegistryProject>(include: .all, fields: [.accountSecret])
        #expect(
            try words(query)
                == "page%5Blimit%5D=50&page%5Boffset%5D=0&include=registry&fields=%2BaccountSecret"
        )
        let nodes = ListQuery<Node>(include: [.registry, .registryProject])
        #expect(try words(nodes).hasSuffix("&include=registry%2CregistryProject"))
        #expect(try words(nodes, Self.hub0_12_2).hasSuffix("&include=registry%2Cregistry_project"))
    }

    @Test func sortsByMoreThanOneKey() throws {
        let query = ListQuery<BucketFile>(sort: .ascending(\.directory).then(.descending(\.updatedAt)))
        #expect(try words(query).hasSuffix("&sort=directory%2C-updatedAt"))
    }

    @Test func readsTheSortOfACommandLine() {
        #expect(Sort<Node>("-created_at") == .descending(\.createdAt))
        #expect(Sort<Node>("name") == .ascending(\.name))
        #expect(Sort<Node>("id") == nil)
        #expect(Sort<MasterImageGroup>("path") == nil)
    }

    @Test(arguments: [
        (Filter<AnalysisNode>.approvalStatus(.approved), "filter[approvalStatus]=approved"),
        (.approvalStatus(not: .approved), "filter[approvalStatus]=!approved"),
        (.executionStatus(in: [.started, .executing]), "filter[executionStatus]=started,executing"),
        (.executionStatus(notIn: [.started, .executing]), "filter[executionStatus]=!started,executing"),
        (.executionStatus(nullOrIn: [.starting, .started]), "filter[executionStatus]=null,starting,started"),
        (.approvalStatus.isNull, "filter[approvalStatus]=null"),
        (.approvalStatus.isNotNull, "filter[approvalStatus]=!null"),
        (
            .nodeID(Rows.id(1)) && .approvalStatus.isNull,
            "filter[nodeId]=ab000000-0000-4000-8000-000000000001&filter[approvalStatus]=null"
        ),
        (.analysis(.buildStatus(.executed)), "filter[analysis.buildStatus]=executed"),
    ])
    func writesConditions(_ condition: Filter<AnalysisNode>, _ expected: String) throws {
        #expect(try filter(condition) == expected)
    }

    @Test(arguments: [
        (Filter<Project>.name("x"), "x", "x"), (.name(not: "x"), "!x", "!x"), (.name(like: "x"), "~x", "~x"),
        (.name(notLike: "x"), "!~x", "!~x"), (.name(startsWith: "x"), "x~", "~x"),
        (.name(notStartsWith: "x"), "!x~", "!~x"), (.name(lessThan: "x"), "<x", "<x"),
        (.name(atMost: "x"), "<=x", "<=x"), (.name(greaterThan: "x"), ">x", ">x"), (.name(atLeast: "x"), ">=x", ">=x"),
    ])
    func writesTextOperators(_ condition: Filter<Project>, _ new: String, _ old: String) throws {
        #expect(try filter(condition) == "filter[name]=\(new)")
        #expect(try filter(condition, Self.hub0_12_2) == "filter[name]=\(old)")
    }

    @Test(arguments: [
        (Filter<Project>.name(endsWith: "x"), "~x"), (.name(notEndsWith: "x"), "!~x"), (.name(contains: "x"), "~x~"),
        (.name(notContains: "x"), "!~x~"),
    ])
    func leavesNewPatternsOutOnOldHubs(_ condition: Filter<Project>, _ new: String) throws {
        #expect(try filter(condition) == "filter[name]=\(new)")
        // They are compared here.
        #expect(try filter(condition, Self.hub0_12_2) == "")
    }

    @Test func writesBooleansAndIDs() throws {
        let id = HubID<Realm>("AB000000-0000-4000-8000-0000000000FF")
        #expect(
            try filter(Filter<Node>.hidden(true) && .realmID(#require(id)))
                == "filter[hidden]=true&filter[realmId]=ab000000-0000-4000-8000-0000000000ff"
        )
    }

    @Test func translatesOldWords() throws {
        let condition = Filter<AnalysisNode>.executionStatus(nullOrIn: [.started, .executing, .executed])
        #expect(try filter(condition, Self.hub0_8_8) == "filter[run_status]=null,started,running,finished")
        #expect(try filter(condition, Self.hub0_12_2) == "filter[execution_status]=null,started,executing,executed")
        #expect(try filter(Filter<AnalysisBucketFile>.path("a"), Self.hub0_8_8) == "filter[name]=a")
    }

    /// Brackets have no escaping: what the Hub would misread goes into the other dialect.
    @Test(arguments: [
        ("a,b", "filter=eq(name,'a,b')"), ("!x", "filter=eq(name,'!x')"), ("~x", "filter=eq(name,'~x')"),
        ("x~", "filter=eq(name,'x~')"), ("<5", "filter=eq(name,'<5')"), ("it's,", "filter=eq(name,'it''s,')"),
    ])
    func saysWhatBracketsCannot(_ name: String, _ expected: String) throws {
        #expect(try filter(Filter<Project>.name(name)) == expected)
        #expect(try filter(Filter<Project>.name(name), Self.hub0_12_2) == "")
    }

    /// What both dialects take for something else than a text is asked for as a part of a text, or not at all, and compared
    /// here (flame-hub-differences.md, Q2).
    @Test(arguments: [
        (Filter<Project>.name("007"), "filter[name]=~007~"), (.name("1e3"), "filter[name]=~1e3~"),
        (.name("0x10"), "filter[name]=~0x10~"), (.name("TRUE"), "filter[name]=~TRUE~"),
        (.name("null"), "filter[name]=~null~"), (.name(" x"), "filter[name]=~x~"), (.name(""), ""),
        (.name(in: ["007", "x"]), ""), (.name(not: "007"), ""), (.name(atLeast: "5"), ""),
        (.name("007") && .displayName("x"), "filter[name]=~007~&filter[displayName]=x"),
    ])
    func neverAsksForACoercedText(_ condition: Filter<Project>, _ expected: String) throws {
        #expect(try filter(condition) == expected)
    }

    @Test(arguments: [
        (Filter<Project>.name(in: ["a,b", "c"]), "in(name,'a,b','c')"),
        (.name(notIn: ["a,b", "c"]), "nin(name,'a,b','c')"),
        (.name(not: "a,b"), "not(eq(name,'a,b'))"), (.name(nullOrIn: ["a,b"]), "or(eq(name,'null'),eq(name,'a,b'))"),
        (.name(nullOrIn: ["a,", "b"]), "or(eq(name,'null'),in(name,'a,','b'))"),
        (.name(startsWith: "a,"), "startsWith(name,'a,')"), (.name(like: "a,"), "endsWith(name,'a,')"),
        (.name(endsWith: "a,"), "endsWith(name,'a,')"), (.name(contains: "a,"), "contains(name,'a,')"),
        (.name(notContains: "a,"), "not(contains(name,'a,'))"), (.name(lessThan: "a,"), "lt(name,'a,')"),
        (.name(atMost: "a,"), "lte(name,'a,')"), (.name(greaterThan: "a,"), "gt(name,'a,')"),
        (.name(atLeast: "a,"), "gte(name,'a,')"),
        (.name("a") && .name(not: "b"), "and(eq(name,'a'),not(eq(name,'b')))"),
        (
            .name("a,") && .displayName.isNull && .displayName.isNotNull,
            "and(eq(name,'a,'),eq(displayName,'null'),not(eq(displayName,'null')))"
        ),
    ])
    func writesExpressions(_ condition: Filter<Project>, _ expected: String) throws {
        #expect(try filter(condition) == "filter=\(expected)")
    }

    @Test func refusesWhatWouldBeDropped() {
        #expect(throws: QueryFault.self) { try filter(Filter<Project>.name(in: [])) }
        #expect(throws: QueryFault.self) { try filter(Filter<Project>.name(like: "")) }
        #expect(throws: QueryFault.self) { try filter(FilterKey<Project, String>("nmae")("x")) }
        #expect(throws: QueryFault.self) { try filter(FilterKey<AnalysisNode, String>("id")("x")) }
        #expect(throws: QueryFault.self) {
            try filter(FilterKey<AnalysisNode, String>("analysis.distributionStatus")("x"))
        }
        #expect(throws: QueryFault.self) { try filter(FilterKey<AnalysisNode, String>("project.name")("x")) }
    }

    @Test(arguments: [(0, 0), (51, 0), (-1, 0), (50, -1)])
    func refusesPagesThatTheHubWouldCut(_ limit: Int, _ offset: Int) {
        #expect(throws: QueryFault.self) { try words(ListQuery<Node>(page: .init(limit: limit, offset: offset))) }
    }
}
