// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import Testing

@testable import OwnerPolicy

@Suite("A policy file")
struct PolicyReadingTests {
    @Test("Every key is read")
    func everything() throws {
        let text = """
            version: 1
            zone: Europe/Berlin
            groups:
              cardiology: [alice, "bob-*"]
            rules:
              - name: all-keys
                when:
                  modeller: [alice, carol]
                  group: cardiology
                  project: [trial-7, null]
                  dataset: [heart, acme/lung]
                  protocol: bitfount.ResultsOnly
                  algorithm:
                    class: bitfount.ColumnAverage
                    arguments: {field: [age, bmi], table_name: "*"}
                  model: {class: BitfountModelReference, owner: acme, name: "net-*", version: ["1", "2"]}
                  aggregator: null
                  other_pods: [acme/lab, null]
                  identity: [signature, saml]
                  weekday: [monday, tuesday]
                  hours: ["08:00-18:00", "22:00-24:00"]
                zone: Europe/London
                then: limit
                at_most: 20 per 24h
                each: modeller
                reason: Twenty a day are enough.
              - name: rest
                then: deny
            """
        let policy = try Policy(text: text)
        #expect(policy.rules.map(\.name) == ["all-keys", "rest"])
        #expect(policy.rules.map(\.line) == [6, 27])
        #expect(policy.rules[0].reason == "Twenty a day are enough.")
        #expect(policy.rules[0].effect == .limit(RuleLimit(count: 20, window: .seconds(86_400), each: .modeller)))
        #expect(policy.rules[0].conditions.map(\.key) == ConditionKey.allCases)
        #expect(policy.rules[1].effect == .deny)
        #expect(policy.sha256 == Hex.encode(SHA256.hash(Array(text.utf8))))
        #expect(policy.zones.map(\.identifier) == ["Europe/London"])
    }

    @Test(
        "A bound is a number in total, or per so many minutes, hours or days",
        arguments: [
            ("1 in total", 1, nil), ("20 per 24h", 20, 86_400), ("5 per 30m", 5, 1_800),
            ("1000000 per 7d", 1_000_000, 604_800),
        ] as [(String, Int, Int?)]
    )
    func bounds(text: String, count: Int, seconds: Int?) throws {
        let policy = try Policy(rules: "  - {name: a, then: limit, at_most: \(text)}\n")
        let limit = RuleLimit(count: count, window: seconds.map { .seconds($0) }, each: .all)
        #expect(policy.rules[0].effect == .limit(limit))
    }

    @Test(
        "A fault is told with its line, its key and what was expected",
        arguments: [
            ("version: 2\nrules: []\n", "1: version: expected 1"),
            ("rules: []\n", "1: version: missing; expected 1"),
            ("version: 1\n", "1: rules: missing; expected a list of rules"),
            ("version: 1\nrules: {a: b}\n", "2: rules: expected a list of rules"),
            ("version: 1\nrules: []\nrule: 3\n", "3: rule: unknown key; expected one of groups, rules, version, zone"),
            (
                "version: 1\nzone: Mars/Olympus\nrules: []\n",
                "2: zone: expected UTC or a time zone's name such as Europe/Berlin"
            ),
            ("version: 1\nrules: []\nrules: []\n", "2: rules: the key stands twice in the same section"),
            ("version: 1\nrules: [\n", "3: not valid YAML: did not find expected node content"),
            ("", "1: expected a policy; the file is empty"),
            ("- a\n", "1: expected a section of keys"),
        ]
    )
    func fileFaults(text: String, fault: String) {
        #expect(faults(of: text) == [fault])
    }

    @Test(
        "A fault in a rule is told likewise",
        arguments: [
            (
                "{then: deny}",
                "name: missing; expected a name of at most 64 letters, digits, dots, dashes and underscores"
            ),
            (
                "{name: a b, then: deny}",
                "name: expected a name of at most 64 letters, digits, dots, dashes and underscores"
            ),
            ("{name: a}", "then: missing; expected deny, limit or allow"),
            ("{name: a, then: reject}", "then: expected deny, limit or allow"),
            ("{name: a, then: deny, at_most: 1 in total}", "at_most: expected only in a rule with then: limit"),
            ("{name: a, then: limit}", "at_most: missing; expected a bound such as 20 per 24h or 500 in total"),
            (
                "{name: a, then: limit, at_most: 0 per 1h}",
                "at_most: expected a bound such as 20 per 24h or 500 in total"
            ),
            (
                "{name: a, then: limit, at_most: 1 per 1w}",
                "at_most: expected a bound such as 20 per 24h or 500 in total"
            ),
            (
                "{name: a, then: limit, at_most: 1 per 9999d}",
                "at_most: expected a bound such as 20 per 24h or 500 in total"
            ),
            (
                "{name: a, then: limit, at_most: 1 per 1h, each: pod}",
                "each: expected one of all, modeller, project, dataset"
            ),
            ("{name: a, then: deny, zone: Europe/Berlin}", "zone: expected only beside weekday or hours"),
            ("{name: a, then: deny, reason: \"two\\nlines\"}", "reason: expected a line of at most 500 bytes"),
            (
                "{name: a, then: deny, why: b}",
                "why: unknown key; expected one of at_most, each, name, reason, then, when, zone"
            ),
            ("{name: a, then: deny, when: {}}", "when: expected at least one condition; leave it out for all tasks"),
            (
                "{name: a, then: deny, when: {modeler: b}}",
                """
                when.modeler: unknown key; expected one of aggregator, algorithm, dataset, group, hours, identity, model, \
                modeller, other_pods, project, protocol, weekday
                """
            ),
            ("{name: a, then: deny, when: {modeller: []}}", "when.modeller: expected at least one value"),
            ("{name: a, then: deny, when: {modeller: null}}", "when.modeller: expected a value, found null"),
            (
                "{name: a, then: deny, when: {modeller: [[b]]}}",
                "when.modeller: expected a value, not a section or a list"
            ),
            (
                "{name: a, then: deny, when: {modeller: 'b\\c'}}",
                "when.modeller: expected a backslash only before *, ? or another backslash"
            ),
            ("{name: a, then: deny, when: {group: b}}", "when.group: expected a group of this file: there is none"),
            ("{name: a, then: deny, when: {algorithm: {}}}", "when.algorithm: expected class, arguments or both"),
            (
                "{name: a, then: deny, when: {algorithm: {klass: b}}}",
                "when.algorithm.klass: unknown key; expected one of arguments, class"
            ),
            ("{name: a, then: deny, when: {model: {}}}", "when.model: expected class, owner, name or version"),
            ("{name: a, then: deny, when: {model: net}}", "when.model: expected a section of keys"),
            (
                "{name: a, then: deny, when: {identity: passkey}}",
                "when.identity: expected one of signature, oidc-device-code, oidc-auth-code, saml"
            ),
            ("{name: a, then: deny, when: {identity: [saml, saml]}}", "when.identity: saml stands twice"),
            (
                "{name: a, then: deny, when: {weekday: mon}}",
                "when.weekday: expected one of monday, tuesday, wednesday, thursday, friday, saturday, sunday"
            ),
            (
                "{name: a, then: deny, when: {hours: '8:00-18:00'}}",
                "when.hours: expected a span of the day such as 08:00-18:00 or 22:00-06:00"
            ),
            (
                "{name: a, then: deny, when: {hours: '08:00-08:00'}}",
                "when.hours: expected a span of the day such as 08:00-18:00 or 22:00-06:00"
            ),
            (
                "{name: a, then: deny, when: {hours: '24:00-01:00'}}",
                "when.hours: expected a span of the day such as 08:00-18:00 or 22:00-06:00"
            ),
        ]
    )
    func ruleFaults(rule: String, fault: String) {
        let found = faults(of: "version: 1\nrules:\n  - \(rule)\n")
        #expect(found.contains("3: rules[0].\(fault)"), "\(found)")
    }

    @Test("All faults are told at once, in the order of the lines")
    func severalFaults() {
        let found = faults(
            of: """
                version: 1
                zone: Berlin
                rules:
                  - {name: a, then: deny, when: {hours: "9-17"}}
                  - {name: a, then: forbid}
                rulez: []
                """
        )
        #expect(found.map { $0.prefix { $0 != ":" } } == ["2", "4", "5", "6"])
    }

    @Test("Two rules of one name are a fault")
    func doubleNames() {
        let found = faults(
            of: """
                version: 1
                rules:
                  - {name: a, then: deny, when: {modeller: x}}
                  - {name: a, then: deny, when: {modeller: y}}
                """
        )
        #expect(found == ["4: rules[1].name: the rule on line 3 has the same name"])
    }

    @Test("A file that is too large, or is no text, is refused")
    func hostileFiles() {
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: Policy.maximumBytes + 1)
        #expect(throws: PolicyFaults.self) { try Policy(large) }
        #expect(throws: PolicyFaults.self) { try Policy([0xC3, 0x28]) }
    }

    @Test("Aliases that multiply the values of a file are refused")
    func aliases() {
        let names = (0..<9_000).map { "m\($0)" }.joined(separator: ", ")
        let rules = (0..<40).map { "  - {name: r\($0), then: limit, at_most: 1 in total, when: {modeller: *names}}" }
        let found = faults(
            of: "version: 1\ngroups:\n  all: &names [\(names)]\nrules:\n\(rules.joined(separator: "\n"))\n"
        )
        #expect(found.first?.hasSuffix("expected at most 200000 values in all rules together") == true)
    }
}

@Suite("Rules that can never count")
struct ReachabilityTests {
    private func unreachable(_ rules: String) -> [String] {
        faults(of: "version: 1\ngroups: {ward: [alice, bob]}\nrules:\n" + rules)
    }

    @Test(
        "A rule behind one that matches all that it matches is a fault",
        arguments: [
            ("", "when: {modeller: alice},"),
            ("when: {modeller: \"a*\"},", "when: {modeller: alice, project: x},"),
            ("when: {modeller: [alice, bob]},", "when: {group: ward},"),
            ("when: {group: ward},", "when: {modeller: bob},"),
            ("when: {project: [x, null]},", "when: {project: null},"),
            ("when: {dataset: heart},", "when: {dataset: acme/heart},"),
            ("when: {dataset: \"acme/*\"},", "when: {dataset: [acme/heart, \"acme/l?ng\"]},"),
            (
                "when: {algorithm: bitfount.SqlQuery},",
                "when: {algorithm: {class: bitfount.SqlQuery, arguments: {query: x}}},"
            ),
            ("when: {model: {owner: acme}},", "when: {model: {owner: acme, name: net}},"),
            ("when: {identity: [saml, signature]},", "when: {identity: saml},"),
            ("when: {weekday: [saturday, sunday]},", "when: {weekday: sunday},"),
            ("when: {hours: \"22:00-06:00\"},", "when: {hours: [\"23:00-01:00\", \"05:00-06:00\"]},"),
        ]
    )
    func covered(earlier: String, later: String) {
        let found = unreachable("  - {name: a, \(earlier) then: deny}\n  - {name: b, \(later) then: deny}\n")
        #expect(found == ["5: rules[1]: b is never reached: a on line 4 matches all that it matches"])
    }

    @Test(
        "A rule of which a part is left is none",
        arguments: [
            ("when: {modeller: alice},", ""),
            ("when: {modeller: \"a?\"},", "when: {modeller: \"a*\"},"),
            ("when: {project: x},", "when: {project: [x, null]},"),
            ("when: {dataset: acme/heart},", "when: {dataset: heart},"),
            ("when: {algorithm: {class: a, arguments: {b: c}}},", "when: {algorithm: a},"),
            ("when: {hours: \"22:00-06:00\"},", "when: {hours: \"23:00-06:01\"},"),
            ("when: {hours: \"22:00-06:00\"}, zone: Europe/Berlin,", "when: {hours: \"22:00-06:00\"},"),
        ]
    )
    func partlyCovered(earlier: String, later: String) {
        #expect(unreachable("  - {name: a, \(earlier) then: deny}\n  - {name: b, \(later) then: deny}\n").isEmpty)
    }

    @Test("A limit ends no search, and an allow that wants each value leaves tasks with other values")
    func effects() {
        #expect(unreachable("  - {name: a, then: limit, at_most: 1 in total}\n  - {name: b, then: deny}\n").isEmpty)
        let mixed =
            "  - {name: a, when: {algorithm: x}, then: allow}\n  - {name: b, when: {algorithm: x}, then: deny}\n"
        #expect(unreachable(mixed).isEmpty)
        let allows =
            "  - {name: a, when: {algorithm: x}, then: allow}\n  - {name: b, when: {algorithm: x}, then: allow}\n"
        #expect(unreachable(allows).count == 1)
    }

    @Test("A modeller who is in none of the groups is a fault")
    func contradiction() {
        #expect(
            unreachable("  - {name: a, when: {modeller: carol, group: ward}, then: deny}\n") == [
                "4: rules[0].when.modeller: a matches nothing: no modeller that it names is in the group"
            ]
        )
    }
}
