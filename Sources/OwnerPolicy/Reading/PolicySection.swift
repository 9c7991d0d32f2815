// SPDX-License-Identifier: Apache-2.0

import PrintableText
import Yams

/// Collects the faults of a file while it is read, so that all are told at once.
final class FaultList {
    private(set) var faults: [PolicyFault] = []

    func add(_ node: Node?, _ key: String, _ problem: String) {
        add(line: node?.mark?.line, key, problem)
    }

    func add(line: Int?, _ key: String, _ problem: String) {
        // A file that is no policy at all would fill the screen.
        guard faults.count < Self.maximum else { return }
        faults.append(PolicyFault(line: line, key: key.printable(limit: 120), problem: problem.printable(limit: 400)))
    }

    private static let maximum = 100
}

/// A mapping that is read key by key; what nobody asked for is a fault in the end.
final class PolicySection {
    let path: String
    let node: Node
    let faults: FaultList
    private let mapping: Node.Mapping
    private var known: Set<String> = []

    /// - Returns: `nil` for what is no mapping, which is a fault.
    init?(_ node: Node, path: String, faults: FaultList) {
        guard case .mapping(let mapping) = node else {
            faults.add(node, path, "expected a section of keys")
            return nil
        }
        self.node = node
        self.mapping = mapping
        self.path = path
        self.faults = faults
    }

    /// The keys in their order.
    var keys: [Node] { mapping.map(\.key) }

    func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The value of a key; `nil` where it is missing.
    subscript(name: String) -> Node? {
        known.insert(name)
        return mapping[name]
    }

    func fault(_ name: String, _ problem: String) {
        known.insert(name)
        faults.add(mapping[name] ?? node, path(name), problem)
    }

    /// A single text; a fault where it is something else, or can't be read.
    func text<Value>(_ name: String, expected: String, read: (String) -> Value?) -> Value? {
        guard let node = self[name] else { return nil }
        guard case .scalar(let scalar) = node, let value = read(scalar.string) else {
            faults.add(node, path(name), "expected \(expected)")
            return nil
        }
        return value
    }

    /// Makes every key that was not read a fault.
    func finish() {
        for (key, _) in mapping {
            let name = key.string ?? "?"
            guard key.string == nil || !known.contains(name) else { continue }
            faults.add(key, path(name), "unknown key; expected one of \(known.sorted().joined(separator: ", "))")
        }
    }
}
