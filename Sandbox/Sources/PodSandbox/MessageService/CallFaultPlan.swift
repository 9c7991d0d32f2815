// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The faults that the message service is to commit, in the order they were planned.
package final class CallFaultPlan: Sendable {
    private struct Rule: Sendable {
        let method: String?
        let caller: String?
        var remaining: Int?
        let fault: CallFault
    }

    private let rules = Mutex<[Rule]>([])

    init() {}

    /// Plans a fault.
    ///
    /// - Parameters:
    ///   - fault: What goes wrong.
    ///   - method: The method's name, such as `AcknowledgeMessage`; nil for all.
    ///   - caller: Only calls of this user; nil for all.
    ///   - times: How many calls it hits; nil for all from now on.
    package func plan(_ fault: CallFault, method: String? = nil, caller: String? = nil, times: Int? = 1) {
        rules.withLock { $0.append(Rule(method: method, caller: caller, remaining: times, fault: fault)) }
    }

    /// Forgets all planned faults.
    package func clear() {
        rules.withLock { $0.removeAll() }
    }

    func next(method: String, caller: String?) -> CallFault? {
        rules.withLock { rules in
            let index = rules.firstIndex { rule in
                (rule.method == nil || rule.method == method) && (rule.caller == nil || rule.caller == caller)
            }
            guard let index else { return nil }
            let fault = rules[index].fault
            if let remaining = rules[index].remaining {
                rules[index].remaining = remaining - 1
                if remaining <= 1 { rules.remove(at: index) }
            }
            return fault
        }
    }
}
