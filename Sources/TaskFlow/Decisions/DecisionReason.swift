// SPDX-License-Identifier: Apache-2.0

public import AuditLog

/// Why a task was decided as it was: the closed list that the audit log and the command line use.
///
/// The raw values are part of the audit log's format: a value once released is never renamed nor given
/// another meaning. ``explanation`` says each in a sentence for people, ``authority`` who decided.
public enum DecisionReason: String, Sendable, Hashable, Codable, CaseIterable {

    // MARK: The one that accepts

    /// Every local check passed and the Access Manager answered with the literal code `ACCEPT`.
    case accepted = "accepted"

    // MARK: Requests that can't be answered (no session key or no mailbox to answer from)

    /// A field of the message around the request is missing, too long, or has characters no identifier has.
    case malformedEnvelope = "malformed-envelope"
    /// The message names no sender, so there is nobody to authorise and nobody to answer.
    case missingSender = "missing-sender"
    /// The message names no worker mailbox for any dataset it could be meant for.
    case noReplyAddress = "no-reply-address"
    /// The body had to be fetched from object storage and could not be, or its address was not allowed.
    case bodyUnavailable = "body-unavailable"
    /// The clear part of the request can't be decoded.
    case malformedRequest = "malformed-request"
    /// The request says that it is signed but carries no signature.
    case missingSignature = "missing-signature"
    /// The layers of one request are packed in the framings of different SDK generations.
    case mixedGenerations = "mixed-generations"
    /// The encrypted part does not open with the pod's key.
    case undecryptableRequest = "undecryptable-request"
    /// The encrypted part opened, but what it holds can't be decoded.
    case malformedInnerRequest = "malformed-inner-request"

    // MARK: Requests that contradict themselves or ask for what is never done

    /// The time at which the message says it was sent can't be read.
    case malformedTimestamp = "malformed-timestamp"
    /// The message is older than a request may be.
    case staleRequest = "stale-request"
    /// The message claims to come from further in the future than clocks may differ.
    case futureRequest = "future-request"
    /// This machine's clock is too far from the Hub's to tell whether the message is recent.
    case untrustedClock = "untrusted-clock"
    /// The request is meant for a dataset that this agent does not serve.
    case unknownTarget = "unknown-target"
    /// The request carries a flow specification, which would run without authorisation.
    case flowSpec = "flow-spec"
    /// The request asks to be trusted without proof (`local`).
    case localAuthentication = "local-authentication"
    /// The request names a way of proving identity that does not exist.
    case unknownAuthentication = "unknown-authentication"
    /// The request asks for SAML in a generation that has none.
    case samlUnsupported = "saml-unsupported"
    /// The clear copy of the protocol differs from the encrypted one.
    case protocolMismatch = "protocol-mismatch"
    /// The protocol lacks what every protocol has, or can't be shown to the Access Manager unchanged.
    case malformedProtocol = "malformed-protocol"
    /// The encrypted part does not name the dataset that the message is addressed to.
    case podNotNamed = "pod-not-named"
    /// The pods named in the encrypted part are not those that the message names.
    case podsMismatch = "pods-mismatch"

    /// The message is of a type that this agent does not act upon, or too large to be kept.
    case unsupportedMessage = "unsupported-message"

    /// What was kept of the request can't be read any more.
    case damagedRecord = "damaged-record"

    // MARK: Requests seen before

    /// Another request with the same task id was decided before.
    case replayedTask = "replayed-task"
    /// The same encrypted request was decided before, under another task id or mailbox.
    case replayedRequest = "replayed-request"

    // MARK: The owner's own policy

    /// The task would share masked values with pods that the owner has not approved.
    case unapprovedPods = "unapproved-pods"

    // MARK: Proof of identity

    /// The modeller did not answer the identity challenge in time.
    case identityTimeout = "identity-timeout"
    /// The modeller's answer to the identity challenge is not of the form that the challenge asks for.
    case malformedIdentityAnswer = "malformed-identity-answer"
    /// The identity provider did not confirm the modeller: denied, expired, or a code that it did not issue.
    case identityRefused = "identity-refused"
    /// The identity provider could not be reached, or answered with something that can't be understood.
    case identityProviderUnreachable = "identity-provider-unreachable"
    /// Messages could not be exchanged with the modeller.
    case identityChannelFailed = "identity-channel-failed"
    /// The modeller withdrew the task while its identity was being checked.
    case cancelledByModeller = "cancelled-by-modeller"
    /// The agent ended while the identity of the modeller was being checked.
    case crashDuringIdentity = "crash-during-identity"

    // MARK: The Access Manager

    /// The Access Manager answered `NO_ACCESS`.
    case accessManagerNoAccess = "access-manager-no-access"
    /// The Access Manager answered `NO_ACCESS` and named at least one usage limit that is reached.
    case accessManagerUsageLimit = "access-manager-usage-limit"
    /// The Access Manager answered `INVALID_PROOF_OF_IDENTITY`.
    case accessManagerInvalidProof = "access-manager-invalid-proof"
    /// The Access Manager answered `UNAUTHORISED`.
    case accessManagerUnauthorised = "access-manager-unauthorised"
    /// The Access Manager answered `NO_PROOF_OF_IDENTITY`.
    case accessManagerNoProof = "access-manager-no-proof"
    /// The Access Manager answered another code of the published list.
    case accessManagerOtherCode = "access-manager-other-code"
    /// The Access Manager answered a code that is on no published list.
    case accessManagerUnknownCode = "access-manager-unknown-code"
    /// The Access Manager's answer has no code.
    case accessManagerMissingCode = "access-manager-missing-code"
    /// The Access Manager could not be reached, or kept failing, until the task's time was up.
    case accessManagerUnreachable = "access-manager-unreachable"
    /// The Access Manager refused the agent's own question, for instance its credentials.
    case accessManagerRefused = "access-manager-refused"
    /// The Access Manager's answer is not a JSON object.
    case accessManagerMalformed = "access-manager-malformed"

    // MARK: Time

    /// The time for a decision was over before the decision could be begun.
    case deadline = "deadline"
    /// Too many tasks of this modeller are waiting already.
    case tooManyTasks = "too-many-tasks"
    /// The agent was told to stop before the decision was reached.
    case interrupted = "interrupted"
}

extension DecisionReason {
    /// Who decides when this is the reason. Exhaustive on purpose: a new reason must be given an authority.
    public var authority: AuditEntry.Authority {
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
            .accessManagerMalformed, .deadline, .tooManyTasks, .interrupted, .unsupportedMessage, .damagedRecord:
            .failClosed
        }
    }
}
