// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import OwnerPolicy

/// Random rules and tasks over few values, so that they meet often.
private struct RandomPolicies {
    var random: SeededGenerator

    private static let modellers = ["alice", "bob", "carol", "a*", "?ob"]
    private static let classes = ["x.Average", "x.Sql", "x.Train", "x.*"]

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &random)] }

    mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }

    mutating func conditions() -> String {
        var parts: [String] = []
        if chance(0.4) { parts.append("modeller: \"\(pick(Self.modellers))\"") }
        if chance(0.3) { parts.append("project: \(pick(["p1", "p2", "null", "[p1, null]"]))") }
        if chance(0.3) { parts.append("algorithm: \"\(pick(Self.classes))\"") }
        if chance(0.2) { parts.append("algorithm: {arguments: {field: \(pick(["age", "[age, bmi]", "null"]))}}") }
        if chance(0.2) { parts.append("model: {owner: \(pick(["acme", "eve"]))}") }
        if chance(0.2) { parts.append("other_pods: \(pick(["null", "acme/lab", "\"acme/*\""]))") }
        if chance(0.2) { parts.append("hours: \"\(pick(["08:00-18:00", "22:00-06:00", "00:00-12:00"]))\"") }
        if chance(0.2) { parts.append("weekday: \(pick(["monday", "[saturday, sunday]"]))") }
        if chance(0.1) { parts.append("identity: \(pick(["signature", "saml"]))") }
        var seen: Set<Substring> = []
        parts = parts.filter { seen.insert($0.prefix { $0 != ":" }).inserted }
        return parts.isEmpty ? "" : "when: {\(parts.joined(separator: ", "))}, "
    }

    mutating func rule(_ name: String, then effect: String? = nil) -> String {
        let effect = effect ?? pick(["deny", "allow", "limit", "limit"])
        let bound =
            effect == "limit"
            ? ", at_most: \(pick(["1 per 1h", "3 per 24h", "2 in total"])), each: \(pick(["all", "modeller", "project"]))"
            : ""
        return "  - {name: \(name), \(conditions())then: \(effect)\(bound)}"
    }

    mutating func task() -> PolicyTask {
        let count = Int.random(in: 1...3, using: &random)
        let algorithms = (0..<count).map { _ in
            PolicyTask.Algorithm(
                className: pick(["x.Average", "x.Sql", "x.Train"]),
                arguments: chance(0.1)
                    ? .notKnown
                    : .known(
                        chance(0.3) ? [:] : ["field": chance(0.1) ? .notKnown : .known([pick(["age", "bmi", "name"])])]
                    ),
                model: chance(0.1) ? .notKnown : .known(chance(0.5) ? nil : .init(owner: pick(["acme", "eve"])))
            )
        }
        return PolicyTask(
            modeller: .known(pick(["alice", "bob", "carol"])),
            project: chance(0.1) ? .notKnown : .known(pick(["p1", "p2", nil])),
            dataset: .known("acme/heart"),
            protocolClass: .known("x.Results"),
            algorithms: .known(algorithms),
            aggregator: .known(nil),
            otherPods: chance(0.1) ? .notKnown : .known(pick([[], ["acme/lab"], ["acme/lab", "eve/lab"]])),
            identity: .known(pick([.signature, .saml]))
        )
    }

    mutating func moment() -> Date {
        Date(timeIntervalSince1970: Double(Int.random(in: 0..<2_000_000_000, using: &random)))
    }
}

@Suite("For random rules and tasks")
struct PolicyPropertyTests {
    /// A policy of these rules without those that the lint refuses.
    private func policy(_ rules: [String]) -> Policy? {
        try? Policy(Array(("version: 1\nrules:\n" + rules.joined(separator: "\n") + "\n").utf8))
    }

    private func isPassed(_ policy: Policy, _ task: PolicyTask, _ moment: Date, reached: Set<String>) -> Bool {
        let finding = policy.examine(task, at: moment) { use, _ in reached.contains(use.rule) }
        if case .passed = finding.outcome { return true }
        return false
    }

    @Test("A deny more never turns a rejection into an acceptance, wherever it stands")
    func monotony() {
        var random = RandomPolicies(random: SeededGenerator(seed: 16))
        var compared = 0
        for _ in 0..<3_000 {
            let rules = (0..<Int.random(in: 1...6, using: &random.random)).map { random.rule("r\($0)") }
            var more = rules
            more.insert(random.rule("more", then: "deny"), at: Int.random(in: 0...rules.count, using: &random.random))
            guard let before = policy(rules), let after = policy(more) else { continue }
            for _ in 0..<10 {
                let (task, moment) = (random.task(), random.moment())
                let reached = Set((0..<6).filter { _ in random.chance(0.3) }.map { "r\($0)" })
                guard !isPassed(before, task, moment, reached: reached) else { continue }
                compared += 1
                #expect(!isPassed(after, task, moment, reached: reached))
            }
        }
        #expect(compared > 1_000)
    }

    @Test("A limit that is reached never lets more pass")
    func limits() {
        var random = RandomPolicies(random: SeededGenerator(seed: 17))
        for _ in 0..<2_000 {
            guard let policy = policy((0..<5).map { random.rule("r\($0)") }) else { continue }
            let (task, moment) = (random.task(), random.moment())
            let reached = Set((0..<5).filter { _ in random.chance(0.5) }.map { "r\($0)" })
            if isPassed(policy, task, moment, reached: reached) {
                #expect(isPassed(policy, task, moment, reached: []))
            }
        }
    }

    @Test("Knowing more never lets pass what was stopped for want of knowledge, unless the fact itself is harmless")
    func missingFacts() {
        var random = RandomPolicies(random: SeededGenerator(seed: 18))
        for _ in 0..<3_000 {
            guard let policy = policy((0..<5).map { random.rule("r\($0)") }) else { continue }
            let (task, moment) = (random.task(), random.moment())
            let told = policy.examine(task, at: moment, missing: .reported) { _, _ in false }
            let closed = policy.examine(task, at: moment) { _, _ in false }
            // Whatever is told without guessing is what the running agent decides.
            if case .notKnown = told.outcome { continue }
            #expect(told == closed)
        }
    }

    @Test("A rule that the lint calls unreachable never decides")
    func reachability() throws {
        var random = RandomPolicies(random: SeededGenerator(seed: 19))
        var found = 0
        for _ in 0..<4_000 {
            let rules = ["r0", "r1"].map { random.rule($0, then: random.pick(["deny", "allow"])) }
            let text = "version: 1\nrules:\n" + rules.joined(separator: "\n") + "\n"
            guard faults(of: text).contains(where: { $0.contains("never reached") }) else { continue }
            found += 1
            let (first, second) = (try #require(policy([rules[0]])), try #require(policy([rules[1]])))
            for _ in 0..<20 {
                let (task, moment) = (random.task(), random.moment())
                let later = second.examine(task, at: moment) { _, _ in false }.outcome
                guard later.rule != nil, case .known = task.project, task.isKnown else { continue }
                #expect(first.examine(task, at: moment) { _, _ in false }.outcome.rule != nil, "\(text)")
            }
        }
        #expect(found > 100)
    }

    @Test("The explanation names the rule that decided, and none before it matches")
    func explanation() {
        var random = RandomPolicies(random: SeededGenerator(seed: 20))
        for _ in 0..<2_000 {
            guard let policy = policy((0..<5).map { random.rule("r\($0)") }) else { continue }
            let (task, moment) = (random.task(), random.moment())
            let outcome = policy.examine(task, at: moment, missing: .reported) { _, _ in false }.outcome
            let rules = policy.explain(task, at: moment, outcome: outcome)
            for rule in rules where rule.isReached && rule.rule.endsSearch {
                let decided = rule.rule.name == outcome.rule?.name
                #expect(decided ? rule.match != .no : rule.match == .no)
            }
        }
    }

    @Test("Bytes of any kind are read or refused, and never end the process")
    func fuzz() {
        var random = RandomPolicies(random: SeededGenerator(seed: 21))
        let valid = Array(("version: 1\nrules:\n" + (0..<8).map { random.rule("r\($0)") }.joined(separator: "\n")).utf8)
        for _ in 0..<2_000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...6, using: &random.random) {
                let place = Int.random(in: 0..<bytes.count, using: &random.random)
                switch Int.random(in: 0...2, using: &random.random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random.random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.pick(Array("{}[]:,&*\"'|>-?\n\t #!%@`".utf8)), at: place)
                }
            }
            do throws(PolicyFaults) {
                _ = try Policy(bytes)
            } catch {
                #expect(!error.faults.isEmpty)
            }
        }
    }
}

extension PolicyTask {
    /// Whether no fact is missing.
    fileprivate var isKnown: Bool {
        guard case .known = otherPods, let algorithms = algorithms.value else { return false }
        return algorithms.allSatisfy { algorithm in
            guard let arguments = algorithm.arguments.value, case .known = algorithm.model else { return false }
            return arguments.values.allSatisfy { $0.value != nil }
        }
    }
}
