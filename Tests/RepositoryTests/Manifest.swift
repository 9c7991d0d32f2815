// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The targets that `Package.swift` declares, and what each depends on.
///
/// The manifest is read as text: asking SwiftPM for it would take longer than all other tests of the repository.
struct Manifest {
    /// The names in a target's list of dependencies, by the target: other targets, and the names of products. Test targets
    /// and system libraries have none.
    private(set) var dependencies: [String: Set<String>] = [:]

    init() throws {
        let text = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
        self.init(text)
    }

    init(_ text: String) {
        for match in text.matches(of: #/systemLibrary\("([\w-]+)"/#) { dependencies[String(match.1)] = [] }
        for match in text.matches(of: #/\[([^\]]*)\]\.flatMap \{ module\(\$0\) \}/#) {
            for name in match.1.matches(of: #/"([\w-]+)"/#) { dependencies[String(name.1)] = [] }
        }
        for match in text.matches(of: #/(?:\+= module|\.target|\.executableTarget)\(/#) {
            let arguments = Self.arguments(text[match.range.upperBound...])
            guard let name = arguments.first?.firstMatch(of: #/^(?:name: )?"([\w-]+)"/#) else { continue }
            let list = arguments.dropFirst().first { $0.hasPrefix("[") || $0.hasPrefix("dependencies: [") } ?? ""
            let words = list.trimmingPrefix("dependencies: ")
            dependencies[String(name.1)] = Set(words.matches(of: #/[\w-]+/#).map { String($0.output) })
        }
    }

    /// What a target depends on, directly or through others.
    func reachable(from target: String) -> Set<String> {
        var found: Set<String> = []
        var next = [target]
        while let name = next.popLast() {
            for dependency in dependencies[name] ?? [] where found.insert(dependency).inserted {
                next.append(dependency)
            }
        }
        return found
    }

    /// The arguments of a call whose opening parenthesis is just before the text.
    private static func arguments(_ text: Substring) -> [String] {
        var arguments = [""]
        var depth = 0
        for character in text {
            switch character {
            case "(", "[", "{": depth += 1
            case ")" where depth == 0: return arguments.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            case ")", "]", "}": depth -= 1
            default: break
            }
            if character == ",", depth == 0 {
                arguments.append("")
            } else {
                arguments[arguments.count - 1].append(character)
            }
        }
        return arguments
    }
}
