// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import MessagePack
import OwnerPolicy
import Testing

@testable import TaskFlow

@Suite("Evaluation under the owner's rules")
struct RulesEvaluationTests {
    private func rules(_ text: String) throws -> RulesInForce {
        RulesInForce(try Policy(Array("version: 1\nrules:\n\(text)\n".utf8)))
    }

    private func evaluate(
        _ rules: String,
        _ request: ModellerRequest = ModellerRequest(),
        code: String = "ACCEPT",
        counts: ScriptedCounts = ScriptedCounts()
    ) async throws -> (evaluation: Evaluation, questions: Int) {
        let scene = try EvaluationScene(rules: try self.rules(rules), counts: counts) { _, _ in .code(code) }
        let evaluation = await scene.evaluate(try #require(try await request.intake().request))
        return (evaluation, scene.accessManager.requests.count)
    }

    @Test("What a rule denies by its content is never put to the Access Manager")
    func denial() async throws {
        let rule = "  - {name: no-averages, when: {algorithm: bitfount.ColumnAverage}, then: deny, reason: Not here}"
        let (evaluation, questions) = try await evaluate(rule)
        #expect(evaluation.reason == .policyDenied)
        #expect(evaluation.by == .policy)
        #expect(questions == 0)
        #expect(evaluation.rules?.rule == "no-averages")
        #expect(evaluation.rules?.result == .denied)
        #expect(evaluation.rules?.reason == "Not here")
        #expect(evaluation.rules?.moment == ModellerRequest.sentAt)
        #expect(evaluation.rules?.sha256.count == 64)
    }

    @Test("The answer is a fixed text for the second generation, and none for the first")
    func answers() async throws {
        let second = try await evaluate("  - {name: a, then: deny, reason: secret}").evaluation.rejection
        #expect(second?.code == .noAccess)
        #expect(second?.details == ["The data owner's policy does not allow this task"])
        let first = try await evaluate("  - {name: a, then: deny}", ModellerRequest(generation: .g1)).evaluation
            .rejection
        #expect(first?.code == .noAccess)
        #expect(first?.details == [])
    }

    @Test("No rule accepts what the Access Manager refuses, and no limit is looked at then")
    func noAccess() async throws {
        let rules = "  - {name: daily, then: limit, at_most: 1 per 24h}\n  - {name: all, then: allow}"
        let (evaluation, questions) = try await evaluate(rules, code: "NO_ACCESS", counts: .init(isUnreadable: true))
        #expect(evaluation.reason == .accessManagerNoAccess)
        #expect(evaluation.rules?.result == .notDenied)
        #expect(evaluation.rules?.rule == nil)
        #expect(questions == 1)
    }

    @Test("A limit is looked at once the Access Manager accepts, and counted under if it is not reached")
    func limits() async throws {
        let rules = "  - {name: daily, then: limit, at_most: 2 per 24h, each: modeller, reason: Enough}"
        let open = try await evaluate(rules).evaluation
        #expect(open.reason == .accepted)
        #expect(open.by == .accessManager)
        #expect(open.rules?.result == .passed)
        #expect(open.rules?.counted.map(\.use) == [LimitUse(rule: "daily", subject: "alice")])
        let full = try await evaluate(rules, counts: .init(reached: ["daily"])).evaluation
        #expect(full.reason == .policyLimit)
        #expect(full.rejection?.details == ["The data owner's limit for tasks is reached"])
        #expect(full.rules?.result == .limitReached)
        #expect(full.rules?.reason == "Enough")
        #expect(full.rules?.counted == [])
        #expect(full.accessManager?.code == "ACCEPT")
    }

    @Test("Counts that can't be read refuse the task")
    func unreadableCounts() async throws {
        let evaluation = try await evaluate("  - {name: a, then: allow}", counts: .init(isUnreadable: true)).evaluation
        #expect(evaluation.reason == .policyCountsUnknown)
        #expect(evaluation.by == .failClosed)
    }

    @Test("Without a policy file the Access Manager alone decides")
    func noFile() async throws {
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        let evaluation = await scene.evaluate(try #require(try await ModellerRequest().intake().request))
        #expect(evaluation.reason == .accepted)
        #expect(evaluation.rules == nil)
    }

    @Test("A task that began under one policy ends under it, the next under another")
    func reload() async throws {
        let rules = try rules("  - {name: a, then: deny}")
        let scene = try EvaluationScene(rules: rules) { _, _ in .code("ACCEPT") }
        let task = try #require(try await ModellerRequest().intake().request)
        #expect(await scene.evaluate(task).reason == .policyDenied)
        rules.replace(with: nil)
        #expect(await scene.evaluate(task).reason == .accepted)
    }

    // MARK: Facts

    @Test("The facts are those of what was decrypted")
    func facts() async throws {
        var request = ModellerRequest()
        request.protocolDocument = [
            "class_name": "bitfount.FederatedAveraging",
            "algorithm": [
                [
                    "class_name": "bitfount.ColumnAverage", "field": "age", "columns": ["a", "b"], "limit": 3,
                    "exact": true,
                    "rate": 0.5, "nothing": nil, "nested": ["x": 1],
                ],
                [
                    "class_name": "bitfount.Train",
                    "model": [
                        "class_name": "BitfountModelReference", "username": "bob", "model_ref": "net",
                        "model_version": 3,
                    ],
                ],
            ],
            "aggregator": ["class_name": "bitfount.Aggregator"],
        ]
        request.podMailboxIDs["eve/lab"] = "worker-2"
        request.podIdentifiers = ["acme/ward", "eve/lab"]
        let task = PolicyTask(try #require(try await request.intake().request))
        #expect(task.modeller == .known("alice"))
        #expect(task.project == .known("project-1"))
        #expect(task.dataset == .known("acme/ward"))
        #expect(task.protocolClass == .known("bitfount.FederatedAveraging"))
        #expect(task.aggregator == .known("bitfount.Aggregator"))
        #expect(task.otherPods == .known(["eve/lab"]))
        #expect(task.identity == .known(.signature))
        let algorithms = try #require(task.algorithms.value)
        #expect(algorithms.map(\.className) == ["bitfount.ColumnAverage", "bitfount.Train"])
        #expect(
            algorithms[0].arguments
                == .known([
                    "field": .known(["age"]), "columns": .known(["a", "b"]), "limit": .known(["3"]),
                    "exact": .known(["true"]),
                    "rate": .known(["0.5"]), "nested": .notKnown,
                ])
        )
        #expect(algorithms[0].model == .known(nil))
        let model = PolicyTask.Model(className: "BitfountModelReference", owner: "bob", name: "net", version: "3")
        #expect(algorithms[1].model == .known(model))
    }

    @Test("Of very many values no rule is told, so that a request costs no many times its size")
    func manyValues() async throws {
        var request = ModellerRequest()
        let numbers = MessagePackValue.array((0..<20_000).map { .int($0) })
        request.protocolDocument["algorithm"] = [
            "class_name": "bitfount.ColumnAverage", "field": "age", "numbers": numbers, "after": "x",
        ]
        let task = PolicyTask(try #require(try await request.intake().request))
        let arguments = try #require(task.algorithms.value?.first?.arguments.value)
        #expect(arguments == ["field": .known(["age"]), "numbers": .notKnown, "after": .notKnown])
    }

    @Test("What an entry keeps gives the same facts again, but for the arguments")
    func recordedFacts() async throws {
        for document in [ModellerRequest.plainProtocol, ModellerRequest.secureProtocol] {
            for project in ["project-1", nil] {
                var request = ModellerRequest(projectID: project, protocolDocument: document)
                request.podMailboxIDs["eve/lab"] = "worker-2"
                request.podIdentifiers = ["acme/ward", "eve/lab"]
                let task = try #require(try await request.intake().request)
                let scene = try EvaluationScene.accessManagerSays("ACCEPT", approvedPods: ["eve/lab"])
                let entries = TaskEntries(pod: "acme/hospital", agent: "test")
                let entry = entries.decided(task.answerable.facts, await scene.evaluate(task))
                var expected = PolicyTask(task)
                expected.algorithms = .known(
                    try #require(expected.algorithms.value).map { .init(className: $0.className, model: $0.model) }
                )
                #expect(PolicyTask(entry, modeller: entry.modeller) == expected)
            }
        }
    }

    @Test("What an entry could not hold whole is not known")
    func cutFacts() {
        var task = PolicyTask(
            project: .known(nil),
            algorithms: .known([.init(className: "a", arguments: .known([:]), model: .known(nil))]),
            aggregator: .known(nil),
            otherPods: .known(["x"])
        )
        #expect(task.recordedContent?.models == [.init()])
        task.otherPods = .known((0..<200).map { "pod/\($0)" })
        #expect(task.recordedContent == nil)
        task.otherPods = .known([String(repeating: "x", count: 1_000)])
        #expect(task.recordedContent == nil)
    }

    @Test("An entry of an older agent leaves open what it does not hold")
    func olderEntries() {
        var entry = AuditEntry(.accessDecision)
        entry.dataset = "acme/ward"
        entry.protocolName = "x.Results"
        entry.algorithms = ["x.Average"]
        entry.method = .signature
        let task = PolicyTask(entry, modeller: nil)
        #expect(task.modeller == .notKnown)
        #expect(task.project == .notKnown)
        #expect(task.aggregator == .notKnown)
        #expect(task.otherPods == .notKnown)
        #expect(task.algorithms == .known([.init(className: "x.Average")]))
        entry.algorithms = ["x.Aver…", "… 3 more"]
        #expect(PolicyTask(entry, modeller: nil).algorithms == .notKnown)
    }
}
