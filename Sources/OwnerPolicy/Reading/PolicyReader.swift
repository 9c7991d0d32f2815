// SPDX-License-Identifier: Apache-2.0

import Foundation
import PrintableText
import Yams

/// Reads the nodes of a policy file.
final class PolicyReader {
    private let faults: FaultList
    private let values: ValueReader
    private var zones: [TimeZone] = []
    private var standardZone = TimeZone.gmt
    private var groups: [String: [ValuePattern]] = [:]
    private var valueCount = 0

    init(_ faults: FaultList) {
        self.faults = faults
        values = ValueReader(faults: faults)
    }

    /// The rules, and the zones that they refer to.
    func read(_ root: Node) -> (rules: [PolicyRule], zones: [TimeZone]) {
        guard let top = PolicySection(root, path: "", faults: faults) else { return ([], []) }
        if top["version"] == nil { top.fault("version", "missing; expected 1") }
        _ = top.text("version", expected: "1") { $0 == "1" ? 1 : nil }
        if let zone = zone(of: top) { standardZone = zone }
        readGroups(top)
        var rules: [PolicyRule] = []
        switch top["rules"] {
        case nil: top.fault("rules", "missing; expected a list of rules")
        case .sequence(let sequence) where sequence.count <= PolicyLimits.rules:
            for (index, node) in sequence.enumerated() {
                guard let rule = rule(node, path: "rules[\(index)]") else { continue }
                if let first = rules.first(where: { $0.name == rule.name }) {
                    faults.add(node, "rules[\(index)].name", "the rule on line \(first.line) has the same name")
                }
                rules.append(rule)
            }
        case .sequence: top.fault("rules", "expected at most \(PolicyLimits.rules) rules")
        case .some(let node): faults.add(node, "rules", "expected a list of rules")
        }
        top.finish()
        return (rules, zones)
    }

    private func zone(of section: PolicySection) -> TimeZone? {
        section.text("zone", expected: "UTC or a time zone's name such as Europe/Berlin") { name in
            guard name == "UTC" || name.contains("/") else { return nil }
            return TimeZone(identifier: name)
        }
    }

    private func number(of zone: TimeZone) -> Int {
        if let known = zones.firstIndex(of: zone) { return known }
        zones.append(zone)
        return zones.count - 1
    }

    // MARK: Groups

    private func readGroups(_ top: PolicySection) {
        guard let node = top["groups"], let section = PolicySection(node, path: "groups", faults: faults) else {
            return
        }
        for key in section.keys {
            guard let name = key.string, Self.isName(name), let members = section[name] else {
                faults.add(key, "groups", "expected \(Self.expectedName)")
                continue
            }
            guard let list = values.patterns(members, "groups.\(name)") else { continue }
            groups[name] = list.patterns
        }
    }

    // MARK: Rules

    private static let expectedName =
        "a name of at most \(PolicyLimits.nameBytes) letters, digits, dots, dashes and underscores"

    private static func isName(_ text: String) -> Bool {
        (1...PolicyLimits.nameBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
                default: false
                }
            }
    }

    private func rule(_ node: Node, path: String) -> PolicyRule? {
        guard let section = PolicySection(node, path: path, faults: faults) else { return nil }
        let faultsBefore = faults.faults.count
        let name = section.text("name", expected: Self.expectedName) { Self.isName($0) ? $0 : nil }
        if section["name"] == nil { section.fault("name", "missing; expected \(Self.expectedName)") }
        let zone = zone(of: section) ?? standardZone
        let effect = effect(section)
        let reason = section.text("reason", expected: "a line of at most \(PolicyLimits.reasonBytes) bytes") { text in
            (1...PolicyLimits.reasonBytes).contains(text.utf8.count) && text.printable() == text ? text : nil
        }
        let conditions = section["when"].map { self.conditions($0, path: "\(path).when", zone: zone) } ?? []
        if section["zone"] != nil, !conditions.contains(where: { $0.key == .weekday || $0.key == .hours }) {
            section.fault("zone", "expected only beside weekday or hours")
        }
        section.finish()
        guard let name, let effect, faults.faults.count == faultsBefore else { return nil }
        return PolicyRule(
            name: name,
            line: node.mark?.line ?? 0,
            effect: effect,
            reason: reason,
            conditions: conditions
        )
    }

    private func effect(_ section: PolicySection) -> PolicyRule.Effect? {
        let word = section.text("then", expected: "deny, limit or allow") { text in
            ["deny", "limit", "allow"].contains(text) ? text : nil
        }
        if section["then"] == nil { section.fault("then", "missing; expected deny, limit or allow") }
        guard word == "limit" else {
            for key in ["at_most", "each"] where section[key] != nil {
                section.fault(key, "expected only in a rule with then: limit")
            }
            return word == "deny" ? .deny : word == "allow" ? .allow : nil
        }
        if section["at_most"] == nil { section.fault("at_most", "missing; expected \(Self.expectedBound)") }
        let bound = section.text("at_most", expected: Self.expectedBound, read: Self.bound)
        let scopes = RuleLimit.Scope.allCases.map(\.rawValue).joined(separator: ", ")
        let each = section.text("each", expected: "one of \(scopes)") { RuleLimit.Scope(rawValue: $0) }
        guard let bound else { return nil }
        return .limit(RuleLimit(count: bound.count, window: bound.window, each: each ?? .all))
    }

    private static let expectedBound = "a bound such as 20 per 24h or 500 in total"

    private static func bound(_ text: String) -> (count: Int, window: Duration?)? {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 3, let count = WholeNumber.read(words[0]) else { return nil }
        if words[1] == "in", words[2] == "total" { return (count, nil) }
        guard words[1] == "per", let window = PolicyDuration.read(words[2]) else { return nil }
        return (count, window)
    }

    // MARK: Conditions

    private func conditions(_ node: Node, path: String, zone: TimeZone) -> [Condition] {
        guard let section = PolicySection(node, path: path, faults: faults) else { return [] }
        if section.keys.isEmpty {
            faults.add(node, path, "expected at least one condition; leave it out for all tasks")
        }
        var conditions: [Condition] = []
        for key in ConditionKey.allCases {
            guard let node = section[key.rawValue] else { continue }
            guard let test = test(key, node, section.path(key.rawValue), zone) else { continue }
            conditions.append(Condition(key: key, line: node.mark?.line ?? 0, test: test))
        }
        section.finish()
        // Cheap and telling conditions come first in `ConditionKey`; people read them in the file's order.
        return conditions.sorted { $0.line < $1.line }
    }

    private func test(_ key: ConditionKey, _ node: Node, _ path: String, _ zone: TimeZone) -> Condition.Test? {
        switch key {
        case .modeller: patterns(node, path).map { .modeller($0) }
        case .group: group(node, path)
        case .project: patterns(node, path, none: "no project").map { .project($0) }
        case .dataset: patterns(node, path).map { .dataset(DatasetTest($0.patterns)) }
        case .protocolClass: patterns(node, path).map { .protocolClass($0) }
        case .algorithm: algorithm(node, path)
        case .model: model(node, path)
        case .aggregator: patterns(node, path, none: "no aggregator").map { .aggregator($0) }
        case .otherPods: patterns(node, path, none: "no other pod").map { .otherPods($0) }
        case .identity: values.words(node, path).map { .identity($0) }
        case .weekday: values.words(node, path).map { .weekday($0, zone: number(of: zone)) }
        case .hours: values.spans(node, path).map { .hours($0, zone: number(of: zone)) }
        }
    }

    private func patterns(_ node: Node, _ path: String, none: String? = nil) -> ValueList? {
        guard let list = values.patterns(node, path, none: none) else { return nil }
        valueCount += list.patterns.count
        guard valueCount <= PolicyLimits.allValues else {
            faults.add(node, path, "expected at most \(PolicyLimits.allValues) values in all rules together")
            return nil
        }
        return list
    }

    private func group(_ node: Node, _ path: String) -> Condition.Test? {
        var names: [String] = []
        var members: [ValuePattern] = []
        for (element, text) in values.scalars(node, path) {
            guard let text, let group = groups[text] else {
                let known = groups.keys.sorted().joined(separator: ", ")
                faults.add(element, path, "expected a group of this file: \(known.isEmpty ? "there is none" : known)")
                continue
            }
            names.append(text)
            members += group
        }
        valueCount += members.count
        guard valueCount <= PolicyLimits.allValues else {
            faults.add(node, path, "expected at most \(PolicyLimits.allValues) values in all rules together")
            return nil
        }
        return names.isEmpty ? nil : .group(names: names, members: ValueList(members))
    }

    private func algorithm(_ node: Node, _ path: String) -> Condition.Test? {
        guard case .mapping = node else {
            return patterns(node, path).map { .algorithm(AlgorithmTest(classes: $0, arguments: [:])) }
        }
        guard let section = PolicySection(node, path: path, faults: faults) else { return nil }
        let classes = section["class"].flatMap { patterns($0, section.path("class")) }
        var arguments: [String: ValueList] = [:]
        if let node = section["arguments"],
            let given = PolicySection(node, path: section.path("arguments"), faults: faults)
        {
            for key in given.keys {
                guard let name = key.string, let node = given[name] else { continue }
                arguments[name] = patterns(node, given.path(name), none: "no such argument")
            }
        }
        section.finish()
        guard classes != nil || !arguments.isEmpty else {
            faults.add(node, path, "expected class, arguments or both")
            return nil
        }
        return .algorithm(AlgorithmTest(classes: classes, arguments: arguments))
    }

    private func model(_ node: Node, _ path: String) -> Condition.Test? {
        guard let section = PolicySection(node, path: path, faults: faults) else { return nil }
        func part(_ name: String) -> ValueList? {
            section[name].flatMap { patterns($0, section.path(name), none: "not named") }
        }
        let test = ModelTest(
            classes: part("class"),
            owners: part("owner"),
            names: part("name"),
            versions: part("version")
        )
        section.finish()
        guard !section.keys.isEmpty else {
            faults.add(node, path, "expected class, owner, name or version")
            return nil
        }
        return .model(test)
    }
}
