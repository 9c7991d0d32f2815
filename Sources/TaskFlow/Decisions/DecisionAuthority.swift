/// Who decided: the audit entry's field `by`.
public enum DecisionAuthority: String, Sendable, Hashable, Codable, CaseIterable {
    /// The Access Manager answered with a known code and its word stands.
    case accessManager = "access-manager"
    /// The data owner's configured policy.
    case policy = "policy"
    /// A person, by hand.
    case `operator` = "operator"
    /// Nobody said yes: a check failed, something was unreachable or not understood.
    case failClosed = "fail-closed"
}

extension DecisionReason {
    /// Who decides when this is the reason. Exhaustive on purpose: a new reason must be given an authority.
    public var authority: DecisionAuthority {
        switch self {
        case .accepted, .accessManagerNoAccess, .accessManagerUsageLimit, .accessManagerInvalidProof,
            .accessManagerUnauthorised, .accessManagerNoProof, .accessManagerOtherCode:
            .accessManager
        case .unapprovedPods:
            .policy
        case .malformedEnvelope, .missingSender, .noReplyAddress, .bodyUnavailable, .malformedRequest,
            .mixedGenerations, .undecryptableRequest, .malformedInnerRequest, .malformedTimestamp, .staleRequest,
            .futureRequest, .untrustedClock, .unknownTarget, .flowSpec, .localAuthentication, .unknownAuthentication,
            .samlUnsupported, .missingSignature, .protocolMismatch, .malformedProtocol, .podNotNamed, .podsMismatch,
            .replayedTask, .replayedRequest, .identityTimeout, .malformedIdentityAnswer, .identityRefused,
            .identityProviderUnreachable, .identityChannelFailed, .cancelledByModeller, .crashDuringIdentity,
            .accessManagerUnknownCode, .accessManagerMissingCode, .accessManagerUnreachable, .accessManagerRefused,
            .accessManagerMalformed, .deadline, .tooManyTasks, .interrupted, .unsupportedMessage:
            .failClosed
        }
    }
}
