// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The public functions and initialisers that a folder of sources declares, as `Type.method(label:)`.
struct SwiftDeclarations {
    private(set) var names: Set<String> = []

    /// Reads all sources of a folder below `Sources`.
    init(below folder: String) throws {
        let directory = CoverageDocument.repository.appending(path: "Sources/\(folder)")
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)?.allObjects ?? []
        for case let file as URL in files where file.pathExtension == "swift" {
            read(try String(contentsOf: file, encoding: .utf8))
        }
    }

    private mutating func read(_ source: String) {
        var type = ""
        var rest = Substring(source)
        while let line = rest.firstMatch(
            of:
                /(?m)^(?:(?:public |package )?(?:final )?(?:struct|class|enum|actor|extension) (\w+)|    public (?:static )?(?:func (\w+)|init\b))/
        ) {
            rest = rest[line.range.upperBound...]
            if let name = line.output.1 {
                type = String(name)
            } else {
                names.insert("\(type).\(line.output.2.map(String.init) ?? "init")(\(Self.labels(rest)))")
            }
        }
    }

    /// The labels of the parameters that follow a name, each with its colon.
    private static func labels(_ text: Substring) -> String {
        var depth = 0
        var parameters = [""]
        for letter in text.drop(while: { $0 != "(" }) {
            if "([{".contains(letter) { depth += 1 }
            if ")]}".contains(letter) { depth -= 1 }
            if depth == 0 { break }
            if depth == 1, letter == "," {
                parameters.append("")
            } else {
                parameters[parameters.count - 1].append(letter)
            }
        }
        return parameters.compactMap { parameter in
            parameter.firstMatch(of: /^\(?\s*(\w+)/).map { "\($0.output.1):" }
        }.joined()
    }
}
