// SPDX-License-Identifier: Apache-2.0

import Bitfount

/// Why an evaluation ended before the Access Manager gave a verdict.
struct EvaluationFault: Error {
    let reason: DecisionReason
    /// Whether it was the Access Manager that was asked and gave no verdict.
    let isAccessManagers: Bool
    /// How the Access Manager's last answer failed, if it gave one.
    let accessManagerFailure: BitfountError?

    init(_ reason: DecisionReason) {
        self.reason = reason
        isAccessManagers = false
        accessManagerFailure = nil
    }

    private init(accessManager reason: DecisionReason, _ failure: BitfountError? = nil) {
        self.reason = reason
        isAccessManagers = true
        accessManagerFailure = failure
    }
}

extension EvaluationFault {
    /// What a call to the Access Manager that failed for good means.
    static func accessManager<C>(_ failure: PatientCall<C>.Failure) -> EvaluationFault {
        switch failure {
        case .timeUp(let last): EvaluationFault(accessManager: .accessManagerUnreachable, last)
        case .failed(let error) where error.code == .malformedResponse:
            EvaluationFault(accessManager: .accessManagerMalformed, error)
        case .failed(let error): EvaluationFault(accessManager: .accessManagerRefused, error)
        case .interrupted: EvaluationFault(accessManager: .interrupted)
        }
    }

    /// What a call to the identity provider that failed for good means.
    static func identityProvider<C>(_ failure: PatientCall<C>.Failure) -> EvaluationFault {
        switch failure {
        case .timeUp: EvaluationFault(.identityProviderUnreachable)
        case .failed(let error):
            EvaluationFault(error.code == .identityRefused ? .identityRefused : .identityProviderUnreachable)
        case .interrupted: EvaluationFault(.interrupted)
        }
    }

    /// What the end of a conversation with the modeller means.
    static func exchange(_ error: IdentityExchangeError) -> EvaluationFault {
        switch error.code {
        case .timedOut: EvaluationFault(.identityTimeout)
        case .cancelledByModeller: EvaluationFault(.cancelledByModeller)
        case .unavailable: EvaluationFault(Task.isCancelled ? .interrupted : .identityChannelFailed)
        }
    }
}
