// SPDX-License-Identifier: Apache-2.0

import Bitfount
import BitfountTasks

/// What an answer of the Access Manager means for a task.
enum TaskDecision {
    case accept
    case reject(Rejection)

    /// Interprets an answer (bitfount-protocol.md, 4.3 and 4.4).
    ///
    /// The one way to ``accept`` is the literal code `ACCEPT`: whatever else there is or will be falls through to a
    /// rejection.
    init(_ answer: AccessVerdict, generation: Generation, limits: EvaluationLimits) {
        guard answer.code != .accept else {
            self = .accept
            return
        }
        guard let code = RejectCode(rawValue: answer.code.rawValue) else {
            let reason: DecisionReason = answer.code == .missing ? .accessManagerMissingCode : .accessManagerUnknownCode
            self = .reject(Rejection(reason, generation: generation))
            return
        }
        let usedUp = answer.limits.filter(\.isUsedUp)
        let reason: DecisionReason =
            switch code {
            case .noAccess: usedUp.isEmpty ? .accessManagerNoAccess : .accessManagerUsageLimit
            case .invalidProofOfIdentity: .accessManagerInvalidProof
            case .unauthorised: .accessManagerUnauthorised
            case .noProofOfIdentity: .accessManagerNoProof
            default: .accessManagerOtherCode
            }
        let tellsLimits = code == .noAccess && generation == .g2
        self = .reject(
            Rejection(
                code: code,
                details: tellsLimits ? Self.texts(usedUp, limits: limits) : [],
                reason: reason,
                generation: generation
            )
        )
    }

    /// A line for each resource that is used up. A name that is not plain is left out: it goes to the modeller.
    private static func texts(_ usedUp: [UsageLimit], limits: EvaluationLimits) -> [String] {
        usedUp
            .filter { $0.resourceName.isPlainIdentifier(maximumBytes: limits.maximumResourceNameBytes) }
            .prefix(limits.maximumLimitTexts)
            .map { "Usage of model \($0.resourceName) is above allowed limit" }
    }
}
