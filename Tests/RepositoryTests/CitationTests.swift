// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Citations of docs/reference") struct CitationTests {
    static let folders = ["Sources", "Tests", "Benchmarks", "Scripts", "Tools", "docs", "README.md", "CONTRIBUTING.md"]
    /// Named apart from its sections, so that the samples below are no citations of this file.
    private static let page = "bitfount-protocol.md"

    @Test("Each cited page has the cited section")
    func citationsLeadSomewhere() throws {
        let pages = try ReferencePages()
        var count = 0
        for (path, text) in try Repository.texts(in: Self.folders) {
            for citation in Citation.all(in: text) {
                count += 1
                #expect(pages.contain(citation), "\(path), \(citation)")
            }
        }
        #expect(count > 0)
    }

    @Test("Each citation names its page")
    func citationsNameTheirPage() throws {
        for (path, text) in try Repository.texts(in: Self.folders) where !path.hasPrefix("docs/reference/") {
            #expect(Citation.unnamed(in: text).isEmpty, "\(path) names sections without their page")
        }
    }

    @Test(
        "A citation of a page or section that does not exist is found",
        arguments: [
            "/// A task (\(page), 99.1).", "/// Tasks (\(page), 9.1 and 9.99).", "/// Tasks (\(page), 9.1, 9.2 or 99).",
            "/// Tasks (\(page), 9.1\n    /// to 9.99).", "/// A task (\(page),\n/// 9.99).", "# \(page), 9.99",
            "no-\(page), 9.1",
        ]
    )
    func wrongCitations(text: String) throws {
        let pages = try ReferencePages()
        #expect(Citation.all(in: text).filter { !pages.contain($0) }.count == 1)
    }

    @Test("The sections of a citation are all read")
    func readsSections() {
        let text = "let a = 1\n/// What (\(Self.page), 3.2, 6.1\n/// and 11.4; flame-hub\(".md"), 1), and 5 more.\n"
        #expect(
            Citation.all(in: text) == [
                Citation(page: Self.page, section: "3.2", line: 2), Citation(page: Self.page, section: "6.1", line: 2),
                Citation(page: Self.page, section: "11.4", line: 2),
                Citation(page: "flame-hub\(".md")", section: "1", line: 3),
            ]
        )
    }

    @Test("A section without a page is found, one of an RFC is not")
    func findsUnnamed() {
        let word = "section"
        #expect(Citation.unnamed(in: "/// A\n/// B (\(word) 2.1)\n") == [2])
        #expect(Citation.unnamed(in: "/// the protocol reference, \(word)s 2.1 and 3") == [1])
        #expect(Citation.unnamed(in: "/// A tree (RFC 6962,\n/// \(word) 2.1)\n").isEmpty)
    }

    @Test("Headings in code blocks are none")
    func readsHeadings() {
        let text = "# A page\n## 3. One\n### 3.1 Two\n```\n# 4 no\n```\n## 5 Five"
        #expect(ReferencePages.headings(of: text) == ["3", "3.1", "5"])
    }
}
