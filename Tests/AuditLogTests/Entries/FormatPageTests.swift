// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import AuditLog

/// `Tools/verify-audit/FORMAT.md` is what an auditor writes a verifier from.
@Suite struct FormatPageTests {
    @Test func namesEachTypeOnce() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "Tools/verify-audit/FORMAT.md"), encoding: .utf8)
        let start = try #require(page.range(of: "The types: "))
        let paragraph = page[start.upperBound...].prefix { $0 != "T" }
        let named = paragraph.matches(of: #/`([a-z.-]+)`/#).map { String($0.1) }
        #expect(named.sorted() == AuditEntryType.allCases.map(\.rawValue).sorted())
    }
}
