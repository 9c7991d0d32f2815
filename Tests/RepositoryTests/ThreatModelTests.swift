// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The page says which test shows what.
@Suite("docs/threat-model.md") struct ThreatModelTests {
    @Test("Each attack has a test, and each test is there") func testsAreThere() throws {
        let page = try #require(try Repository.texts(in: ["docs/threat-model.md"]).first).text
        let sources = try Repository.texts(in: ["Tests", "Sandbox/Tests"]).filter { $0.path.hasSuffix(".swift") }
        let rows = page.split(separator: "\n").drop { !$0.hasPrefix("| Id ") }
            .filter { $0.hasPrefix("|") && !$0.hasPrefix("| Id ") && !$0.hasPrefix("|---") }
        #expect(rows.count > 10)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 4, "\(row)")
            let tests = cells[3].matches(of: /`(\w+)\.(\w+)`/)
            #expect(!tests.isEmpty, "\(cells[0]) has no test")
            for test in tests {
                let (suite, function) = (test.output.1, test.output.2)
                let isThere = sources.contains { _, text in
                    text.contains("struct \(suite) ") && text.contains("func \(function)(")
                }
                #expect(isThere, "\(cells[0]): \(suite).\(function)")
            }
        }
    }
}
