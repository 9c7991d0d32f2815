// SPDX-License-Identifier: Apache-2.0

extension DecisionReason {
    /// One sentence for the data owner: shown by the command line, never sent to a modeller.
    public var explanation: String {
        switch self {
        case .accepted: "All checks passed and the Access Manager allowed the task."

        case .malformedEnvelope: "The message around the task is damaged or was not made by a genuine client."
        case .missingSender: "The message does not say who sent the task."
        case .noReplyAddress: "The message gives no mailbox through which the task could be answered."
        case .bodyUnavailable: "The task's content could not be fetched from object storage."
        case .malformedRequest: "The task request could not be decoded."
        case .mixedGenerations: "The task request mixes the formats of two SDK generations."
        case .undecryptableRequest: "The task request was not encrypted for this pod's key, or was changed on its way."
        case .malformedInnerRequest: "The encrypted part of the task request could not be decoded."

        case .malformedTimestamp: "The time at which the task was sent could not be read."
        case .staleRequest: "The task was sent too long ago."
        case .futureRequest: "The task says that it was sent in the future; check the clock of this machine."
        case .untrustedClock: "The clock of this machine differs from the Hub's too much to tell how old the task is."
        case .unknownTarget: "The task is meant for a dataset that this pod does not serve."
        case .flowSpec: "The task carries a flow specification, which this pod never runs."
        case .localAuthentication: "The task asked to be trusted without any proof of identity."
        case .unknownAuthentication: "The task names an unknown way of proving identity."
        case .samlUnsupported: "The task asks for SAML, which SDKs of its generation do not offer."
        case .missingSignature: "The task should be signed by its modeller but is not."
        case .protocolMismatch: "The protocol shown in clear differs from the encrypted one."
        case .malformedProtocol: "The task's protocol is incomplete or can't be shown to the Access Manager unchanged."
        case .podNotNamed: "The encrypted part of the task does not name the dataset it was sent to."
        case .podsMismatch: "The task was encrypted for other pods than the message names."

        case .unsupportedMessage: "The message is not one that this agent acts upon."
        case .damagedRecord: "What was kept of the task can't be read any more; verify the audit log."

        case .replayedTask: "A task with the same id was decided before."
        case .replayedRequest: "The same encrypted request was decided before."

        case .unapprovedPods: "The task uses secure aggregation with pods that are not among the approved pods."

        case .noHandoff: "No hand-off is configured, so this pod runs no tasks."
        case .algorithmNotAllowed: "The owner does not allow tasks of this protocol with these algorithms."
        case .runnerUnavailable: "No runner was ready for the task; the agent's log says why."
        case .runnerNotConfined: "The runner could reach what it must not; the agent's log says what."
        case .algorithmUnknownToRunner: "The runner does not know the task's protocol or an algorithm of it."
        case .modelUnavailable: "The task needs a model, which could not be had."
        case .handoffBusy: "Other tasks were running for as long as the modeller would wait."

        case .identityTimeout: "The modeller did not prove their identity in time."
        case .malformedIdentityAnswer: "The modeller's proof of identity could not be understood."
        case .identityRefused: "The identity provider did not confirm the modeller's identity."
        case .identityProviderUnreachable: "The identity provider could not be reached."
        case .identityChannelFailed: "Messages could not be exchanged with the modeller."
        case .cancelledByModeller: "The modeller cancelled the task."
        case .crashDuringIdentity: "The agent stopped while the modeller's identity was being checked."

        case .accessManagerNoAccess: "The Access Manager says that the modeller has no access to this dataset."
        case .accessManagerUsageLimit: "The Access Manager says that a usage limit of the model is reached."
        case .accessManagerInvalidProof: "The Access Manager did not accept the modeller's proof of identity."
        case .accessManagerUnauthorised: "The Access Manager says that the modeller may not run this kind of task."
        case .accessManagerNoProof: "The Access Manager found no proof of identity to check."
        case .accessManagerOtherCode: "The Access Manager rejected the task."
        case .accessManagerUnknownCode: "The Access Manager answered with a code that this version does not know."
        case .accessManagerMissingCode: "The Access Manager answered without a code."
        case .accessManagerUnreachable: "The Access Manager could not be reached in time."
        case .accessManagerRefused: "The Access Manager refused the agent's request; check the agent's credentials."
        case .accessManagerMalformed: "The Access Manager's answer could not be understood."

        case .deadline: "The time for a decision was over before one could be recorded."
        case .tooManyTasks: "Too many tasks of this modeller were waiting already."
        case .interrupted: "The agent was stopped before the decision was reached."
        }
    }
}
