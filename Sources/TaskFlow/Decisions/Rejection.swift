// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import BitfountTasks

/// A refusal: what the modeller is told, and why it was decided.
///
/// What the modeller is told is chosen from fixed texts, never made from an error: whoever sent the request can read
/// it, identified or not (bitfount-protocol.md, 13.12).
public struct Rejection: Sendable, Hashable {
    /// The code that the modeller is told; always one that its generation knows.
    public let code: RejectCode
    /// The texts that go with the code.
    public let details: [String]
    /// Why, for the audit log and the data owner.
    public let reason: DecisionReason

    /// Who decided.
    public var by: AuditEntry.Authority { reason.authority }

    /// The refusal for a reason, as modellers of that generation understand it.
    ///
    /// The first generation knows only the first codes: a request that is wrong in itself is then answered like one
    /// without permission, which is the one refusal that asserts nothing about the modeller
    /// (bitfount-protocol.md, 4.3 and 9.6).
    public init(_ reason: DecisionReason, generation: Generation) {
        self.reason = reason
        switch (reason.refusal, generation) {
        case (.denied, _):
            (code, details) = (.noAccess, [])
        case (.unproven, _):
            (code, details) = (.noProofOfIdentity, [])
        case (.late, .g1):
            // "Try again" is the right advice for a request that came too late.
            (code, details) = (.noProofOfIdentity, [])
        case (.late, .g2):
            (code, details) = (.taskTimeout, ["Task request timed out"])
        case (.unusable, .g1):
            (code, details) = (.noAccess, [])
        case (.unusable(let text), .g2):
            (code, details) = (.taskSetupError, [text])
        }
    }

    /// The refusal that the Access Manager gave, passed on under its own code.
    init(code: RejectCode, details: [String] = [], reason: DecisionReason, generation: Generation) {
        self.code = code.code(for: generation)
        self.details = details
        self.reason = reason
    }
}

/// What kind of refusal a modeller is given.
private enum Refusal {
    /// No permission, whatever the reason.
    case denied
    /// The identity was not established; the modeller may try again.
    case unproven
    /// The request is too old, or its clock is wrong.
    case late
    /// The request itself can't be worked with; the text says how, and nothing about this pod.
    case unusable(String)
}

extension DecisionReason {
    fileprivate var refusal: Refusal {
        switch self {
        case .accepted, .unsupportedMessage, .damagedRecord, .malformedEnvelope, .missingSender, .noReplyAddress,
            .bodyUnavailable,
            .unknownTarget,
            .replayedTask, .replayedRequest, .unapprovedPods, .accessManagerNoAccess, .accessManagerUsageLimit,
            .accessManagerInvalidProof, .accessManagerUnauthorised, .accessManagerNoProof, .accessManagerOtherCode,
            .accessManagerUnknownCode, .accessManagerMissingCode:
            .denied
        case .identityTimeout, .malformedIdentityAnswer, .identityRefused, .identityProviderUnreachable,
            .identityChannelFailed, .cancelledByModeller, .crashDuringIdentity, .accessManagerUnreachable,
            .accessManagerRefused, .accessManagerMalformed, .deadline, .tooManyTasks, .interrupted:
            .unproven
        case .staleRequest, .futureRequest, .untrustedClock:
            .late
        case .malformedRequest, .undecryptableRequest, .malformedInnerRequest, .malformedTimestamp:
            .unusable("The request is malformed")
        case .mixedGenerations:
            .unusable("The parts of the request are packed differently")
        case .missingSignature:
            .unusable("The request is not signed")
        case .flowSpec:
            .unusable("Flow specifications are not supported")
        case .localAuthentication, .unknownAuthentication, .samlUnsupported:
            .unusable("The authentication type is not supported")
        case .malformedProtocol:
            .unusable("The protocol is malformed")
        case .protocolMismatch, .podNotNamed, .podsMismatch:
            .unusable("The parts of the request contradict each other")
        }
    }
}
