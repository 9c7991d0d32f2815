// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import MessagePack

/// Reads answers as a genuine modeller of a generation does, and notices what would make it crash.
struct ModellerReading: Sendable {
    let generation: Generation

    /// The codes that modellers know (bitfount-protocol.md, 4.3).
    private static let codesOfG1: Set = [
        "NO_ACCESS", "INVALID_PROOF_OF_IDENTITY", "UNAUTHORISED", "NO_PROOF_OF_IDENTITY", "NO_DATA",
    ]
    private static let codesOfG2 = codesOfG1.union([
        "INCOMPATIBLE_DATASOURCE", "TASK_SETUP_ERROR", "TASK_TIMEOUT", "MISSING_EHR_CONNECTION",
        "DATASOURCE_INACCESSIBLE",
    ])

    /// An acceptance is one by the key `ACCEPT`, whatever the type of the message (bitfount-protocol.md, 7.8).
    func answer(_ value: MessagePackValue, from target: String) -> TaskOutcome.Answer {
        guard let map = value.mapValue else { return .unintelligible("the answer is no map") }
        if let accepted = map["ACCEPT"] {
            guard accepted == .string(target) else { return .unintelligible("ACCEPT of somebody else") }
            return map.count == 1 ? .accepted : .unintelligible("ACCEPT and something else")
        }
        guard map.count == 1, let code = map.keys.first, let list = map[code]?.arrayValue else {
            return .unintelligible("the rejection is no map of one list")
        }
        guard (generation == .g1 ? Self.codesOfG1 : Self.codesOfG2).contains(code) else {
            return .unintelligible("this modeller does not know the code \(code)")
        }
        let details = list.compactMap(\.stringValue)
        return details.count == list.count ? .rejected(code: code, details: details) : .unintelligible("odd details")
    }

    /// bitfount-protocol.md, 10.3.
    func abort(_ value: MessagePackValue, reason number: Int?) -> TaskOutcome.Answer {
        let reason = number.flatMap { AbortReason(rawValue: Int32($0)) }
        guard number == nil || reason != nil else { return .unintelligible("the reason \(number ?? 0) is unknown") }
        if generation == .g1, let reason, !reason.isKnownToG1 {
            return .unintelligible("this modeller does not know the reason \(reason.name)")
        }
        if value.isNull { return .aborted(reason: reason, message: nil) }
        if let text = value.stringValue { return .aborted(reason: reason, message: text) }
        guard generation == .g2, let map = value.mapValue,
            Set(map.keys).isSubset(of: ["message", "reason", "exception_type", "traceback_summary"])
        else { return .unintelligible("the abort's body is odd") }
        if let name = map["reason"]?.stringValue, !AbortReason.allCases.contains(where: { $0.name == name }) {
            return .unintelligible("the reason \(name) is unknown")
        }
        return .aborted(reason: reason, message: map["message"]?.stringValue)
    }
}
