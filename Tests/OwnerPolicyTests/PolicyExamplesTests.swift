// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON
import Testing

@testable import OwnerPolicy

@Suite("The examples of docs/policy.md")
struct PolicyExamplesTests {
    private let page: String

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(contentsOf: root.appending(path: "docs/policy.md"), encoding: .utf8)
    }

    /// The code blocks of a language, in their order.
    private func blocks(_ language: String) -> [String] {
        page.components(separatedBy: "```\(language)\n").dropFirst().map {
            $0.components(separatedBy: "```").first ?? ""
        }
    }

    /// The policy of an example; the first block of the page is none of the ten.
    private func example(_ number: Int) throws -> Policy { try Policy(text: blocks("yaml")[number]) }

    @Test("There are ten, and each is a policy without fault")
    func soundness() throws {
        #expect(blocks("yaml").count == 11)
        for text in blocks("yaml") { _ = try Policy(text: text) }
    }

    @Test("The page names every key that the reader knows")
    func keys() {
        for key in ConditionKey.allCases { #expect(page.contains("| `\(key.rawValue)` |"), "\(key)") }
        for method in PolicyTask.IdentityMethod.allCases { #expect(page.contains("`\(method.rawValue)`"), "\(method)") }
        for scope in RuleLimit.Scope.allCases { #expect(page.contains("`\(scope.rawValue)`"), "\(scope)") }
    }

    @Test("The task of the page can be read")
    func task() throws {
        let text = try #require(blocks("json").first)
        let task = try PolicyTask(json: JSONValue(parsing: Array(text.utf8)))
        #expect(task == .sample(algorithms: [.sample("bitfount.ColumnAverage", ["field": ["age"]])]))
    }

    @Test("1: free queries are denied")
    func first() throws {
        let policy = try example(1)
        #expect(try policy.outcome(of: .sample()) == "passed")
        for query in ["bitfount.SqlQuery", "bitfount.PrivateSqlQuery"] {
            #expect(try policy.outcome(of: .sample(algorithms: [.sample(query)])) == "denied by no-sql")
        }
    }

    @Test("2: only tasks of the two algorithms pass")
    func second() throws {
        let policy = try example(2)
        let (average, other) = (PolicyTask.Algorithm.sample("bitfount.ColumnAverage"), PolicyTask.Algorithm.sample("x"))
        #expect(try policy.outcome(of: .sample(algorithms: [average, average])) == "passed by statistics")
        #expect(try policy.outcome(of: .sample(algorithms: [average, other])) == "denied by rest")
    }

    @Test("3: only the open columns pass")
    func third() throws {
        let policy = try example(3)
        func outcome(_ columns: String...) throws -> String {
            try policy.outcome(of: .sample(algorithms: [.sample("bitfount.ColumnAverage", ["field": columns])]))
        }
        #expect(try outcome("age") == "passed by open-columns")
        #expect(try outcome("lab_crp", "bmi") == "passed by open-columns")
        #expect(try outcome("age", "name") == "denied by rest")
        #expect(try policy.outcome(of: .sample()) == "denied by rest")
    }

    @Test("4: by day on weekdays everything is denied, in summer and in winter")
    func fourth() throws {
        let policy = try example(4)
        #expect(try policy.outcome(of: .sample(), at: "2026-01-05T06:00:00Z") == "denied by trading-hours")
        #expect(try policy.outcome(of: .sample(), at: "2026-01-05T05:59:00Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-06T05:00:00Z") == "denied by trading-hours")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-06T17:00:00Z") == "passed")
        #expect(try policy.outcome(of: .sample(), at: "2026-07-05T10:00:00Z") == "passed")
    }

    @Test("5: the trial and the house pass")
    func fifth() throws {
        let policy = try example(5)
        #expect(try policy.outcome(of: .sample(modeller: "ukx-lee", project: nil)) == "passed by house")
        #expect(try policy.outcome(of: .sample(dataset: "acme/heart-data")) == "passed by trial")
        #expect(try policy.outcome(of: .sample(dataset: "acme/lung-data")) == "denied by rest")
        #expect(try policy.outcome(of: .sample(project: "trial-8", dataset: "acme/heart-data")) == "denied by rest")
    }

    @Test("6: budget and pace are counted, and disable no later rule")
    func sixth() throws {
        let policy = try example(6)
        let now = Date(timeIntervalSince1970: 0)
        let finding = policy.examine(.sample(), at: now) { _, _ in false }
        #expect(finding.outcome.summary == "passed")
        #expect(
            finding.uses == [LimitUse(rule: "budget", subject: "trial-7"), LimitUse(rule: "pace", subject: "alice")]
        )
        #expect(policy.examine(.sample(), at: now) { use, _ in use.rule == "pace" }.outcome.summary == "limit of pace")
        #expect(try policy.outcome(of: .sample(project: nil)) == "denied by without-project")
    }

    @Test("7: the partners' models pass within the limit, others don't")
    func seventh() throws {
        let policy = try example(7)
        func task(_ model: PolicyTask.Model?) -> PolicyTask {
            .sample(algorithms: [.sample("bitfount.FederatedModelTraining", model: model)])
        }
        var model = PolicyTask.Model(className: "BitfountModelReference", owner: "fin-lab", name: "net", version: "3")
        let finding = policy.examine(task(model), at: .distantPast) { _, _ in false }
        #expect(finding.outcome.summary == "passed by partners")
        #expect(finding.uses == [LimitUse(rule: "foreign-code", subject: "")])
        model.version = "5"
        #expect(try policy.outcome(of: task(model)) == "denied by other-models")
        #expect(try policy.outcome(of: task(.init(className: "PyTorchTabularClassifier"))) == "denied by other-models")
        #expect(try policy.outcome(of: .sample()) == "passed")
    }

    @Test("8: alone or with the consortium")
    func eighth() throws {
        let policy = try example(8)
        #expect(try policy.outcome(of: .sample()) == "passed by alone-or-consortium")
        #expect(
            try policy.outcome(of: .sample(otherPods: ["charite/icu", "ukx/heart-data"]))
                == "passed by alone-or-consortium"
        )
        #expect(try policy.outcome(of: .sample(otherPods: ["charite/icu", "ukx/lung-data"])) == "denied by rest")
    }

    @Test("9: what is not signed is denied for the one dataset")
    func ninth() throws {
        let policy = try example(9)
        #expect(try policy.outcome(of: .sample(dataset: "bank/payments")) == "passed")
        #expect(try policy.outcome(of: .sample(dataset: "bank/payments", identity: .saml)) == "denied by signed-only")
        #expect(try policy.outcome(of: .sample(dataset: "bank/rates", identity: .saml)) == "passed")
    }

    @Test("10: the barred modeller and averaging in clear are denied")
    func tenth() throws {
        let policy = try example(10)
        #expect(try policy.outcome(of: .sample(modeller: "mallory")) == "denied by barred")
        func averaging(_ aggregator: String?) -> PolicyTask {
            .sample(protocolClass: "bitfount.FederatedAveraging", aggregator: aggregator)
        }
        #expect(try policy.outcome(of: averaging(nil)) == "denied by averaging-in-clear")
        #expect(try policy.outcome(of: averaging("bitfount.Aggregator")) == "denied by averaging-in-clear")
        #expect(try policy.outcome(of: averaging("bitfount.SecureAggregator")) == "passed")
        #expect(try policy.outcome(of: .sample()) == "passed")
    }
}
