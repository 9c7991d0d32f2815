// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import PodSandbox

@Suite struct ScenarioReportTests {
    private func result(_ answer: String, _ task: String?) -> ScenarioResult {
        ScenarioResult(name: "s", expected: .init("ACCEPT", "accepted"), answer: answer, taskID: task)
    }

    private func entry(_ task: String, _ reason: String, type: String = "access.decision") -> ListedEntry {
        ListedEntry(seq: 0, type: type, task: task, decision: "accept", reason: reason, modeller: "m")
    }

    @Test func answerAndReasonMustBothBeAsExpected() {
        let results = [result("ACCEPT", "a"), result("ACCEPT", "b"), result("NO_ACCESS", "a"), result("ACCEPT", nil)]
        let entries = [
            entry("a", "accepted"), entry("b", "access-manager-no-access"),
            entry("a", "noise", type: "identity.failed"),
        ]
        let judged = ScenarioReport.judge(results, entries)
        #expect(judged.map(\.isAsExpected) == [true, false, false, false])
        #expect(ScenarioReport.table(judged).contains("3 of 4 scenarios went otherwise"))
    }

    @Test func everyScenarioHasANameOfItsOwn() {
        let names = Scenario.all.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func theTableCoversEveryProofAndVerdict() {
        let verdicts = [
            "ACCEPT", "NO_ACCESS", "INVALID_PROOF_OF_IDENTITY", "UNAUTHORISED", "NO_PROOF_OF_IDENTITY", "unknown code",
            "Access Manager down",
        ]
        let names = Set(Scenario.all.map(\.name))
        for kind in IdentityKind.allCases {
            for verdict in verdicts { #expect(names.contains("\(kind.name): \(verdict)")) }
        }
    }

    @Test(arguments: [
        #"[{"seq":0,"type":"agent.start"},{"seq":1,"type":"access.decision","task":"t","reason":"accepted"}]"#,
        "{\"seq\":0,\"type\":\"agent.start\"}\n{\"seq\":1,\"type\":\"access.decision\",\"task\":\"t\",\"reason\":\"accepted\"}\n",
    ])
    func listedEntriesComeAsListOrLines(_ text: String) throws {
        let entries = try ListedEntry.parse(text)
        #expect(entries.map(\.type) == ["agent.start", "access.decision"])
        #expect(entries.last?.task == "t")
    }
}
