// SPDX-License-Identifier: Apache-2.0

/// The summary at the end of a demo.
package enum ScenarioReport {
    /// Adds to each result the reason that the audit log gives for it: the last one, if a task came more than once.
    package static func judge(_ results: [ScenarioResult], _ entries: [ListedEntry]) -> [ScenarioResult] {
        let decisive: Set = ["access.decision", "task.malformed"]
        let reasons = Dictionary(
            entries.filter { decisive.contains($0.type) }.compactMap { entry in
                entry.task.flatMap { task in entry.reason.map { (task, $0) } }
            }
        ) { _, last in last }
        return results.map { result in
            var judged = result
            judged.reason = result.taskID.flatMap { reasons[$0] }
            return judged
        }
    }

    /// One line for each result: what was expected, what happened, and whether that is the same.
    package static func table(_ results: [ScenarioResult]) -> String {
        let rows =
            [["", "scenario", "expected", "happened", "reason in the audit log"]]
            + results.map { result in
                [
                    result.isAsExpected ? "✓" : "✗", result.name, result.expected.text,
                    result.answer == result.expected.answer ? "the same" : result.answer, result.reason ?? "–",
                ]
            }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
        let failures = results.count { !$0.isAsExpected }
        let verdict =
            failures == 0
            ? "All \(results.count) scenarios went as expected."
            : "\(failures) of \(results.count) scenarios went otherwise than expected."
        return (lines + ["", verdict]).joined(separator: "\n")
    }
}

extension Scenario.Expectation {
    fileprivate var text: String {
        reason.map { "\(answer) (\($0))" } ?? answer
    }
}
