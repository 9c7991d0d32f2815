// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Timekeeping

@testable import OwnerPolicy

@Suite("A policy held against a task")
struct PolicyEvaluationTests {
    private func denies(_ condition: String, _ task: PolicyTask, at moment: String = "2026-03-04T10:00:00Z") throws
        -> Bool
    {
        try Policy(rules: "  - {name: a, when: {\(condition)}, then: deny}\n").outcome(of: task, at: moment)
            == "denied by a"
    }

    @Test("Without rules nothing stands in the way")
    func empty() throws {
        #expect(try Policy(text: "version: 1\nrules: []\n").outcome(of: .sample()) == "passed")
    }

    @Test(
        "Each condition looks at its fact",
        arguments: [
            ("modeller: alice", true), ("modeller: Alice", false), ("modeller: [bob, alice]", true),
            ("modeller: \"al*\"", true),
            ("project: trial-7", true), ("project: \"trial-?\"", true), ("project: null", false),
            ("project: [null, \"*\"]", true),
            ("dataset: heart", true), ("dataset: acme/heart", true), ("dataset: other/heart", false),
            ("dataset: acme", false),
            ("protocol: bitfount.ResultsOnly", true), ("protocol: bitfount.*", true), ("protocol: ResultsOnly", false),
            ("algorithm: bitfount.ColumnAverage", true), ("algorithm: bitfount.SqlQuery", false),
            ("aggregator: null", true), ("aggregator: \"*\"", false),
            ("other_pods: null", true), ("other_pods: \"*\"", false),
            ("identity: signature", true), ("identity: [saml, oidc-auth-code]", false),
            ("weekday: wednesday", true), ("weekday: [monday, sunday]", false),
            ("hours: \"10:00-10:01\"", true), ("hours: \"09:00-10:00\"", false), ("hours: \"22:00-10:01\"", true),
        ]
    )
    func conditions(condition: String, matches: Bool) throws {
        #expect(try denies(condition, .sample()) == matches)
    }

    @Test("All conditions of a rule have to hold")
    func conjunction() throws {
        #expect(try denies("modeller: alice, project: trial-7", .sample()))
        #expect(try !denies("modeller: alice, project: trial-8", .sample()))
    }

    @Test("The first rule that matches counts")
    func order() throws {
        let policy = try Policy(
            rules: """
                  - {name: a, when: {modeller: alice}, then: allow}
                  - {name: b, when: {project: trial-7}, then: deny}
                  - {name: c, then: deny}
                """
        )
        #expect(try policy.outcome(of: .sample()) == "passed by a")
        #expect(try policy.outcome(of: .sample(modeller: "bob")) == "denied by b")
        #expect(try policy.outcome(of: .sample(modeller: "bob", project: nil)) == "denied by c")
    }

    @Test("A deny wants one algorithm to be wrong, an allow wants all to be right")
    func quantifiers() throws {
        let policy = try Policy(
            rules: """
                  - {name: harmful, when: {algorithm: x.Sql}, then: deny}
                  - {name: known, when: {algorithm: [x.Average, x.Count]}, then: allow}
                  - {name: rest, then: deny}
                """
        )
        func outcome(_ classes: String...) throws -> String {
            try policy.outcome(of: .sample(algorithms: classes.map { .sample($0) }))
        }
        #expect(try outcome("x.Average", "x.Count") == "passed by known")
        #expect(try outcome("x.Average", "x.Train") == "denied by rest")
        #expect(try outcome("x.Average", "x.Sql") == "denied by harmful")
    }

    @Test("Class and arguments have to be those of one algorithm")
    func arguments() throws {
        let policy = try Policy(
            rules: """
                  - name: columns
                    when: {algorithm: {class: x.Average, arguments: {field: [age, "bmi*"]}}}
                    then: allow
                  - {name: rest, then: deny}
                """
        )
        func outcome(_ algorithms: PolicyTask.Algorithm...) throws -> String {
            try policy.outcome(of: .sample(algorithms: algorithms))
        }
        #expect(try outcome(.sample("x.Average", ["field": ["age"]])) == "passed by columns")
        #expect(try outcome(.sample("x.Average", ["field": ["age", "bmi_2"]])) == "passed by columns")
        #expect(try outcome(.sample("x.Average", ["field": ["age", "name"]])) == "denied by rest")
        #expect(try outcome(.sample("x.Average")) == "denied by rest")
        #expect(try outcome(.sample("x.Sum", ["field": ["age"]])) == "denied by rest")
        #expect(
            try outcome(.sample("x.Average", ["field": ["name"]]), .sample("x.Sum", ["field": ["age"]]))
                == "denied by rest"
        )
    }

    @Test("What is named of a model has to be that of one model; an allow wants every model to be right")
    func models() throws {
        let acme = PolicyTask.Model(className: "BitfountModelReference", owner: "acme", name: "net", version: "3")
        let other = PolicyTask.Model(className: "BitfountModelReference", owner: "eve", name: "net", version: "3")
        let policy = try Policy(
            rules: """
                  - {name: ours, when: {model: {owner: acme, version: ["3", "4"]}}, then: allow}
                  - {name: unnamed, when: {model: {owner: null}}, then: deny}
                  - {name: rest, then: deny}
                """
        )
        func outcome(_ models: PolicyTask.Model?...) throws -> String {
            try policy.outcome(of: .sample(algorithms: models.map { .sample("x.Train", model: $0) }))
        }
        #expect(try outcome(acme) == "passed by ours")
        #expect(try outcome(acme, nil) == "passed by ours")
        #expect(try outcome(acme, other) == "denied by rest")
        #expect(try outcome(nil) == "denied by rest")
        #expect(try outcome(PolicyTask.Model(className: "Own")) == "denied by unnamed")
    }

    @Test("A limit below its bound disables no later rule, and is counted for its subject")
    func limits() throws {
        let policy = try Policy(
            rules: """
                  - {name: daily, then: limit, at_most: 2 per 24h, each: modeller}
                  - {name: budget, then: limit, at_most: 9 in total, each: project}
                  - {name: bob, when: {modeller: bob}, then: deny}
                  - {name: alice, when: {modeller: alice}, then: allow}
                  - {name: rest, then: limit, at_most: 1 in total}
                """
        )
        let moment = Date(timeIntervalSince1970: 0)
        let open = policy.examine(.sample(), at: moment) { _, _ in false }
        #expect(open.outcome.summary == "passed by alice")
        #expect(open.uses == [LimitUse(rule: "daily", subject: "alice"), LimitUse(rule: "budget", subject: "trial-7")])
        #expect(policy.examine(.sample(project: nil), at: moment) { _, _ in false }.uses.last?.subject == "")
        let full = policy.examine(.sample(), at: moment) { use, limit in use.rule == "budget" && limit.count == 9 }
        #expect(full.outcome.summary == "limit of budget")
        #expect(full.uses.isEmpty)
        // What a rule denies by its content is denied before any count is looked at.
        let denied = policy.examine(.sample(modeller: "bob"), at: moment) { _, _ in
            Issue.record("a count was asked for")
            return true
        }
        #expect(denied.outcome.summary == "denied by bob")
    }

    @Test("What is not known is never to the modeller's advantage")
    func missingFacts() throws {
        let policy = try Policy(
            rules: """
                  - {name: sql, when: {algorithm: {arguments: {query: "*secret*"}}}, then: deny}
                  - {name: known, when: {other_pods: acme/lab}, then: allow}
                  - {name: rest, then: limit, at_most: 1 in total, each: project}
                """
        )
        var task = PolicyTask.sample(otherPods: ["acme/lab"])
        #expect(try policy.outcome(of: task) == "passed by known")
        task.algorithms = .known([
            .init(className: "x.Sql", arguments: .known(["query": .notKnown]), model: .known(nil))
        ])
        #expect(try policy.outcome(of: task) == "denied by sql")
        #expect(try policy.outcome(of: task, missing: .reported) == "not known at sql")
        task = .sample()
        task.otherPods = .notKnown
        #expect(try policy.outcome(of: task) == "passed")
        #expect(try policy.outcome(of: task, missing: .reported) == "not known at known")
        task = .sample()
        task.project = .notKnown
        #expect(try policy.outcome(of: task) == "limit of rest")
        #expect(try policy.outcome(of: task, missing: .reported) == "not known at rest")
    }

    @Test("The hours are those of the rule's zone, through summer and winter")
    func zones() throws {
        let policy = try Policy(
            text: """
                version: 1
                zone: Europe/Berlin
                rules:
                  - {name: berlin, when: {hours: "08:00-18:00", weekday: friday}, then: deny}
                  - {name: tokyo, when: {hours: "23:00-24:00"}, zone: Asia/Tokyo, then: deny}
                """
        )
        #expect(try policy.outcome(of: .sample(), at: "2026-01-02T06:59:59Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-01-02T07:00:00Z") == "denied by berlin")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-03T06:00:00Z") == "denied by berlin")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-03T16:00:00Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-03T14:30:00Z") == "denied by berlin")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-04T14:30:00Z") == "denied by tokyo")
    }

    @Test("On the day of the change the clock on the wall counts")
    func summerTime() throws {
        let policy = try Policy(
            text: """
                version: 1
                zone: Europe/Berlin
                rules: [{name: night, when: {hours: "02:30-04:00"}, then: deny}]
                """
        )
        // 2026-03-29: 02:00 becomes 03:00, so that the span begins at 03:00.
        #expect(try policy.outcome(of: .sample(), at: "2026-03-29T00:59:59Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-03-29T01:00:00Z") == "denied by night")
        // 2026-10-25: 03:00 becomes 02:00, so that it begins twice.
        #expect(try policy.outcome(of: .sample(), at: "2026-10-25T00:30:00Z") == "denied by night")
        #expect(try policy.outcome(of: .sample(), at: "2026-10-25T01:00:00Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-10-25T01:30:00Z") == "denied by night")
    }

    @Test("The lint tells of hours that don't exist or come twice")
    func notices() throws {
        func notices(_ span: String, zone: String = "Europe/Berlin") throws -> [String] {
            let policy = try Policy(
                text: """
                    version: 1
                    zone: \(zone)
                    rules: [{name: night, when: {hours: "\(span)"}, then: deny}]
                    """
            )
            let start = try #require(ISO8601.date("2026-01-01T00:00:00Z"))
            return policy.notices(from: start).map(\.description)
        }
        #expect(
            try notices("02:30-04:00") == [
                """
                3: rules[0].when.hours: 02:30 does not exist on 2026-03-29 in Europe/Berlin: the clock goes from 02:00 to 03:00
                """,
                "3: rules[0].when.hours: 02:30 comes twice on 2026-10-25 in Europe/Berlin: 02:30-04:00 begins or ends a second time",
            ]
        )
        #expect(try notices("02:00-03:00").map { $0.suffix(35) } == ["02:00-03:00 is left out on that day"])
        #expect(try notices("22:00-02:00").isEmpty)
        #expect(try notices("03:00-08:00").isEmpty)
        #expect(try notices("02:30-04:00", zone: "Asia/Tokyo").isEmpty)
        #expect(try notices("01:30-05:00", zone: "Europe/London").count == 2)
    }

    @Test("Days before 1970 have weekdays, too")
    func weekdays() throws {
        let gmt = TimeZone.gmt
        func weekday(_ text: String) throws -> Weekday { LocalTime(try #require(ISO8601.date(text)), in: gmt).weekday }
        #expect(try weekday("1970-01-01T00:00:00Z") == .thursday)
        #expect(try weekday("1969-12-31T23:59:59Z") == .wednesday)
        #expect(try weekday("1969-12-24T12:00:00Z") == .wednesday)
        #expect(try weekday("2026-11-27T00:00:00Z") == .friday)
    }
}

@Suite("The explanation of an outcome")
struct PolicyExplanationTests {
    @Test("It says of each rule what it asks, what the task has, and whether the search came to it")
    func rules() throws {
        let policy = try Policy(
            text: """
                version: 1
                groups: {ward: [bob, carol]}
                rules:
                  - {name: night, when: {hours: "22:00-06:00"}, then: deny}
                  - {name: ward, when: {group: ward, dataset: heart}, then: allow}
                  - name: columns
                    when:
                      algorithm: {class: x.Average, arguments: {field: [age, name]}}
                      project: null
                    then: deny
                  - {name: rest, then: deny}
                """
        )
        let moment = try #require(ISO8601.date("2026-03-04T10:15:00Z"))
        let task = PolicyTask.sample(project: nil, algorithms: [.sample("x.Average", ["field": ["name"]])])
        let outcome = policy.examine(task, at: moment) { _, _ in false }.outcome
        let rules = policy.explain(task, at: moment, outcome: outcome)
        #expect(rules.map(\.rule.name) == ["night", "ward", "columns", "rest"])
        #expect(rules.map(\.match) == [.no, .no, .yes, .yes])
        #expect(rules.map(\.isReached) == [true, true, true, false])
        #expect(
            rules[0].conditions == [
                .init(key: "hours", expected: "22:00-06:00 in GMT", found: "wednesday 10:15", holds: .no)
            ]
        )
        #expect(
            rules[1].conditions == [
                .init(key: "group", expected: "ward", found: "alice", holds: .no),
                .init(key: "dataset", expected: "heart", found: "acme/heart", holds: .yes),
            ]
        )
        #expect(
            rules[2].conditions == [
                .init(
                    key: "algorithm",
                    expected: "class x.Average; field age, name",
                    found: "x.Average (field name)",
                    holds: .yes
                ),
                .init(key: "project", expected: "none", found: "none", holds: .yes),
            ]
        )
        #expect(rules[3].conditions.isEmpty)
    }

    @Test("What is not known is said so")
    func notKnown() throws {
        let policy = try Policy(rules: "  - {name: a, when: {model: {owner: x}, other_pods: y}, then: deny}\n")
        let task = PolicyTask(modeller: .known("alice"), algorithms: .known([.init(className: "x.Train")]))
        let explained = policy.explain(task, at: .distantPast, outcome: .passed(allow: nil))
        #expect(explained[0].match == .notKnown)
        #expect(explained[0].conditions.map(\.found) == ["not known", "not known"])
    }
}

@Suite("A value of a condition")
struct ValuePatternTests {
    @Test(
        "Stars and question marks stand for characters, a backslash takes that away",
        arguments: [
            ("abc", "abc", true), ("abc", "abcd", false), ("", "", true), ("*", "", true), ("a*c", "abbc", true),
            ("a*c", "abcb", false),
            ("a*b*c", "aXbYbZc", true), ("?", "ä", true), ("?", "", false), ("??", "ä", false), ("a?c", "abc", true),
            ("*a", "baa", true),
            (#"a\*"#, "a*", true), (#"a\*"#, "ab", false), (#"a\\b"#, #"a\b"#, true), (#"\?"#, "?", true),
            ("**", "x", true),
        ]
    )
    func matching(pattern: String, text: String, matches: Bool) throws {
        #expect(try #require(ValuePattern(pattern)).matches(Array(text.utf8)) == matches)
    }

    @Test(
        "A pattern covers another one only if it matches all that the other matches",
        arguments: [
            ("*", "a*b", true), ("a*", "ab*", true), ("a*", "*a", false), ("a?", "a?", true), ("a*", "a?", true),
            ("a?", "a*", false),
            ("?*", "*", false), ("*b*", "abc", true), (#"a\*"#, "a*", false), ("a*", #"a\*"#, true),
        ]
    )
    func covering(wide: String, narrow: String, covers: Bool) throws {
        #expect(try #require(ValuePattern(wide)).covers(try #require(ValuePattern(narrow))) == covers)
    }

    @Test("A hostile text costs no more than its length times the pattern's")
    func cost() throws {
        let pattern = try #require(ValuePattern(String(repeating: "*a", count: 200) + "b"))
        #expect(!pattern.matches([UInt8](repeating: UInt8(ascii: "a"), count: 100_000)))
    }
}
