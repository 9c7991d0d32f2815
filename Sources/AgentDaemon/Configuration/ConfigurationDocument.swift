// SPDX-License-Identifier: Apache-2.0

import Foundation
import Yams

/// The YAML file together with the environment that overrides it.
///
/// Every key can be set by a variable named `POD_AGENT_` plus the key's path in capitals, joined by underscores
/// (`POD_AGENT_LIMITS_TASK_DEADLINE`); its value is read as YAML. A `POD_AGENT_` variable that names no key is an error,
/// since a mistyped override would otherwise be lost without a word; but for those that Kubernetes makes of a service with
/// such a name.
final class ConfigurationDocument {
    static let variablePrefix = "POD_AGENT_"

    let file: URL
    let environment: [String: String]
    /// The variables of Kubernetes that were left out, in alphabetical order.
    let ignoredVariables: [String]
    private let root: Node?
    private var consulted: Set<String> = []

    /// Parses the text of a configuration file.
    init(text: String, file: URL, environment: [String: String]) throws(ConfigurationError) {
        self.file = file
        // Container tools commonly export a variable without a value to mean "not set".
        let given = environment.filter { !$0.value.isEmpty }
        let ignored = given.filter { KubernetesVariable.matches($0.key, $0.value) }
        ignoredVariables = ignored.keys.sorted()
        self.environment = given.filter { ignored[$0.key] == nil }
        root = try Self.compose(text, source: file.path)
    }

    /// The keys at the top of the file.
    func top() throws(ConfigurationError) -> ConfigurationSection {
        try ConfigurationSection(document: self, path: [], node: root, source: file.path)
    }

    /// The first of these variables that is set, with its value.
    func variable(_ names: [String]) -> (name: String, value: String)? {
        consulted.formUnion(names)
        for name in names {
            if let value = environment[name] { return (name, value) }
        }
        return nil
    }

    /// Whether a section is there: in the file, or through a variable that sets one of its keys.
    func has(_ section: ConfigurationSection, named name: String) -> Bool {
        section.isPresent
            || environment.keys.contains { $0.hasPrefix("\(Self.variablePrefix)\(name.uppercased())_") }
    }

    /// Refuses `POD_AGENT_` variables that no key has asked for.
    func refuseUnknownVariables() throws(ConfigurationError) {
        let unknown = environment.keys.filter { $0.hasPrefix(Self.variablePrefix) && !consulted.contains($0) }
        if let name = unknown.min() {
            throw ConfigurationError(source: "$\(name)", problem: "no configuration key has this name")
        }
    }

    /// Parses one YAML document and says where it is at fault.
    static func compose(_ text: String, source: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigurationError(source: source, line: error.line, problem: "not valid YAML: \(error.summary)")
        } catch {
            throw ConfigurationError(source: source, problem: "not valid YAML")
        }
    }
}

/// The variables that Kubernetes gives each container for each service of its namespace: for a service `pod-agent` they begin
/// as the agent's own do.
private enum KubernetesVariable {
    static func matches(_ name: String, _ value: String) -> Bool {
        guard name.hasPrefix(ConfigurationDocument.variablePrefix) else { return false }
        if name.hasSuffix("_PORT"), value.contains(/^(tcp|udp|sctp):\/\//) { return true }
        return name.contains(/_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$/)
            || name.contains(/_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/)
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(let names, let context): Self.repetition(of: names.first ?? "", context)
        default: nil
        }
    }

    /// The line of the second of two equal keys; Yams tells of the first.
    private static func repetition(of key: String, _ context: Context) -> Int {
        let lines = context.text.split(separator: "\n", omittingEmptySubsequences: false)
        let column = max(context.mark.column - 1, 0)
        let second = lines.indices.dropFirst(context.mark.line).first { index in
            let rest = lines[index].dropFirst(column)
            return lines[index].prefix(column).allSatisfy(\.isWhitespace) && rest.hasPrefix(key)
                && rest.dropFirst(key.count).drop(while: \.isWhitespace).first == ":"
        }
        return second.map { $0 + 1 } ?? context.mark.line
    }

    fileprivate var summary: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let names, _):
            "\(names.joined(separator: ", ")) stands twice in the same section"
        default: "the text can't be read as YAML"
        }
    }
}
