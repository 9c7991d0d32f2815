// SPDX-License-Identifier: Apache-2.0

/// A place that names a section of a page of `docs/reference`, such as `flame-hub.md, 6.7`.
struct Citation: Hashable, CustomStringConvertible {
    var page: String
    var section: String
    /// The line of the text in which the citation begins, from 1.
    var line: Int

    var description: String { "line \(line): \(page), \(section)" }

    /// All citations of a text. A citation of several sections counts as one for each, of a range as its ends.
    static func all(in text: String) -> [Citation] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let list = #/([\w.-]+\.md), (\d[\d.]*(?:(?:, | and | to | or )\d[\d.]*)*)/#
        return lines.indices.filter { lines[$0].contains(".md,") }.flatMap { index in
            // A comment may break the line anywhere in a citation.
            let first = withoutCommentMark(lines[index])
            let joined = ([first] + lines.dropFirst(index + 1).prefix(2).map(withoutCommentMark)).joined(separator: " ")
            return joined.matches(of: list)
                .filter { joined.distance(from: joined.startIndex, to: $0.range.lowerBound) < first.count }
                .flatMap { match in
                    match.2.matches(of: #/\d+(?:\.\d+)*/#).map {
                        Citation(page: String(match.1), section: String($0.output), line: index + 1)
                    }
                }
        }
    }

    /// The lines that name a section without saying of which page. Those of RFCs are none of ours.
    static func unnamed(in text: String) -> [Int] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.filter { index in
            guard lines[index].contains(#/[Ss]ections? \d|[Rr]eference,? \d/#) else { return false }
            return !lines[max(0, index - 1)...index].contains { $0.contains("RFC ") }
        }
        .map { $0 + 1 }
    }

    private static func withoutCommentMark(_ line: Substring) -> String {
        String(line.trimmingPrefix(#/\s*(?:///?|#)?\s*/#))
    }
}
