// SPDX-License-Identifier: Apache-2.0

/// The numbered headings of the pages of `docs/reference`.
struct ReferencePages {
    private var sections: [String: Set<String>] = [:]

    init() throws {
        for (path, text) in try Repository.texts(in: ["docs/reference"]) {
            let name = path.dropFirst("docs/reference/".count)
            sections[String(name)] = Self.headings(of: text)
        }
    }

    /// Whether the page exists and has a heading of that number.
    func contain(_ citation: Citation) -> Bool { sections[citation.page]?.contains(citation.section) == true }

    static func headings(of text: String) -> Set<String> {
        var isCode = false
        var headings: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") { isCode.toggle() }
            if !isCode, let heading = line.prefixMatch(of: #/#{1,6} (\d+(?:\.\d+)*)\.? /#) {
                headings.insert(String(heading.1))
            }
        }
        return headings
    }
}
