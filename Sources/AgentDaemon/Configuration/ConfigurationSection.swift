// SPDX-License-Identifier: Apache-2.0

import Foundation
import Yams

/// One mapping of the configuration, read key by key; what nobody asked for is refused at the end.
///
/// Reading goes through these functions rather than `Codable`, so that each error names file, line, key and what was expected.
final class ConfigurationSection {
    private let document: ConfigurationDocument
    private let path: [String]
    private let source: String
    private let mapping: Node.Mapping?
    private var known: Set<String> = []

    init(document: ConfigurationDocument, path: [String], node: Node?, source: String) throws(ConfigurationError) {
        self.document = document
        self.path = path
        self.source = source
        switch node {
        case .mapping(let mapping): self.mapping = mapping
        case nil: mapping = nil
        case .scalar(let scalar) where scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null":
            mapping = nil
        case .some(let node):
            throw ConfigurationError(
                source: source,
                line: node.mark?.line,
                key: path.joined(separator: "."),
                problem: "expected a section of keys"
            )
        }
    }

    /// Whether the file has this section at all.
    var isPresent: Bool { mapping != nil }

    /// The line on which the section's keys begin.
    var line: Int? { mapping?.mark?.line }

    /// A nested section; an absent one reads as empty, so that defaults and variables still apply.
    func section(_ name: String) throws(ConfigurationError) -> ConfigurationSection {
        known.insert(name)
        return try ConfigurationSection(document: document, path: path + [name], node: mapping?[name], source: source)
    }

    /// Reads one key, or `nil` where neither the file nor a variable sets it.
    ///
    /// - Parameters:
    ///   - name: The key within this section.
    ///   - variables: Other variables that set it, in order, tried after the key's own `POD_AGENT_` name.
    ///   - expected: What a right value looks like, for the error.
    ///   - parse: Turns the text into the value; `nil` refuses it.
    func value<Value>(
        _ name: String,
        variables: [String] = [],
        expected: String,
        parse: (String) -> Value?
    ) throws(ConfigurationError) -> Value? {
        guard let entry = try entry(name, variables: variables) else { return nil }
        guard case .scalar(let scalar) = entry.node, let value = parse(scalar.string) else {
            throw error(name, at: entry, problem: "expected \(expected)")
        }
        return value
    }

    /// Reads a list of plain values; absent reads as `nil`.
    func list(_ name: String, expected: String) throws(ConfigurationError) -> [String]? {
        guard let entry = try entry(name) else { return nil }
        guard case .sequence(let sequence) = entry.node else {
            throw error(name, at: entry, problem: "expected a list of \(expected)")
        }
        var values: [String] = []
        for node in sequence {
            guard case .scalar(let scalar) = node else {
                throw error(name, at: (node, entry.source), problem: "expected \(expected)")
            }
            values.append(scalar.string)
        }
        return values
    }

    /// Reads a list of sections; absent reads as empty.
    func sections(_ name: String) throws(ConfigurationError) -> [ConfigurationSection] {
        guard let entry = try entry(name) else { return [] }
        guard case .sequence(let sequence) = entry.node else {
            throw error(name, at: entry, problem: "expected a list")
        }
        var sections: [ConfigurationSection] = []
        for (index, node) in sequence.enumerated() {
            let element = "\(name)[\(index)]"
            sections.append(
                try ConfigurationSection(document: document, path: path + [element], node: node, source: entry.source)
            )
        }
        return sections
    }

    /// The fault of one key in this section.
    func error(_ name: String, problem: String) -> ConfigurationError {
        ConfigurationError(
            source: source,
            line: mapping?[name]?.mark?.line ?? line,
            key: (path + [name]).joined(separator: "."),
            problem: problem
        )
    }

    /// Refuses keys that no reader has asked for.
    func finish() throws(ConfigurationError) {
        for (key, _) in mapping ?? [:] {
            guard case .scalar(let scalar) = key, known.contains(scalar.string) else {
                let name = key.string ?? "?"
                throw ConfigurationError(
                    source: source,
                    line: key.mark?.line,
                    key: (path + [name]).joined(separator: "."),
                    problem: "unknown key; expected one of \(known.sorted().joined(separator: ", "))"
                )
            }
        }
    }

    private typealias Entry = (node: Node, source: String)

    private func entry(_ name: String, variables: [String] = []) throws(ConfigurationError) -> Entry? {
        known.insert(name)
        if let variable = document.variable(ownVariables(for: name) + variables) {
            let source = "$\(variable.name)"
            // Foreign variables hold plain text; only the agent's own are YAML.
            let isOwn = variable.name.hasPrefix(ConfigurationDocument.variablePrefix)
            let node = isOwn ? try ConfigurationDocument.compose(variable.value, source: source) : Node(variable.value)
            return (node ?? Node(variable.value), source)
        }
        guard let node = mapping?[name] else { return nil }
        if case .scalar(let scalar) = node, scalar.style == .plain, ["", "~", "null"].contains(scalar.string) {
            return nil
        }
        return (node, source)
    }

    private func ownVariables(for name: String) -> [String] {
        // A list's elements have no variables of their own: the whole list is set at once.
        guard !path.contains(where: { $0.hasSuffix("]") }) else { return [] }
        return [ConfigurationDocument.variablePrefix + (path + [name]).joined(separator: "_").uppercased()]
    }

    private func error(_ name: String, at entry: Entry, problem: String) -> ConfigurationError {
        ConfigurationError(
            source: entry.source,
            line: entry.source.hasPrefix("$") ? nil : entry.node.mark?.line,
            key: (path + [name]).joined(separator: "."),
            problem: problem
        )
    }
}
