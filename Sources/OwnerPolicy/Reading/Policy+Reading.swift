// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Yams

extension Policy {
    /// The largest policy file, in bytes: 1 MiB.
    public static let maximumBytes = PolicyLimits.fileBytes

    /// Reads a policy file.
    ///
    /// - Parameter bytes: Its bytes, YAML in UTF-8.
    /// - Throws: Everything that is wrong with it; rules that can never count are among that.
    public init(_ bytes: [UInt8]) throws(PolicyFaults) {
        let faults = FaultList()
        guard bytes.count <= Self.maximumBytes else {
            faults.add(line: nil, "", "expected at most \(Self.maximumBytes) bytes")
            throw PolicyFaults(faults: faults.faults)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            faults.add(line: nil, "", "expected text in UTF-8")
            throw PolicyFaults(faults: faults.faults)
        }
        let reader = PolicyReader(faults)
        if let root = Self.compose(text, faults) {
            (rules, zones) = reader.read(root)
        } else {
            (rules, zones) = ([], [])
        }
        sha256 = Hex.encode(SHA256.hash(bytes))
        if faults.faults.isEmpty { Reachability.check(rules, faults) }
        guard faults.faults.isEmpty else {
            throw PolicyFaults(faults: faults.faults.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
    }

    private static func compose(_ text: String, _ faults: FaultList) -> Node? {
        do {
            guard let root = try Yams.compose(yaml: text) else {
                faults.add(line: 1, "", "expected a policy; the file is empty")
                return nil
            }
            return root
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            faults.add(line: mark.line, "", "not valid YAML: \(problem)")
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            faults.add(line: context.mark.line, keys.first ?? "", "the key stands twice in the same section")
        } catch {
            faults.add(line: nil, "", "not valid YAML")
        }
        return nil
    }
}
