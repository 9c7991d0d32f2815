// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The faults that one stand-in is to commit, in the order they were planned.
package final class FaultPlan: Sendable {
    private struct Rule: Sendable {
        let method: String?
        let path: String?
        var remaining: Int?
        let fault: Fault

        func covers(_ method: String, _ path: String) -> Bool {
            guard self.method == nil || self.method == method else { return false }
            guard let pattern = self.path else { return true }
            return pattern.hasSuffix("*") ? path.hasPrefix(pattern.dropLast()) : pattern == path
        }
    }

    private let rules = Mutex<[Rule]>([])

    init() {}

    /// Plans a fault.
    ///
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - method: The HTTP method, such as `PATCH`, or nil for all.
    ///   - path: The exact path, or its beginning followed by `*`; nil for all.
    ///   - times: How many requests it hits; nil for all from now on.
    package func plan(_ fault: Fault, method: String? = nil, path: String? = nil, times: Int? = 1) {
        rules.withLock { $0.append(Rule(method: method, path: path, remaining: times, fault: fault)) }
    }

    /// Forgets all planned faults.
    package func clear() {
        rules.withLock { $0.removeAll() }
    }

    func next(method: String, path: String) -> Fault? {
        rules.withLock { rules in
            guard let index = rules.firstIndex(where: { $0.covers(method, path) }) else { return nil }
            let fault = rules[index].fault
            if let remaining = rules[index].remaining {
                rules[index].remaining = remaining - 1
                if remaining <= 1 { rules.remove(at: index) }
            }
            return fault
        }
    }
}
