// SPDX-License-Identifier: Apache-2.0

/// What a message is about, as numbered on the wire (bitfount-protocol.md, 7.8).
///
/// A number that no name is known for is kept as it is: a newer peer must never be able to stop an older agent.
public struct MessageType: RawRepresentable, Hashable, Sendable, Codable {
    /// The number on the wire.
    public let rawValue: Int32

    /// Takes any number, known or not.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

extension MessageType {
    /// A modeller asks for a task. The body is not encrypted with a task key.
    public static let jobRequest = MessageType(rawValue: 2)
    /// The pod takes the task.
    public static let jobAccept = MessageType(rawValue: 3)
    /// The pod refuses the task.
    public static let jobReject = MessageType(rawValue: 4)
    /// The pod gives a task up.
    public static let taskAbort = MessageType(rawValue: 10)
    /// The pod hands the modeller a SAML request to take to its identity provider.
    public static let samlRequest = MessageType(rawValue: 14)
    /// The modeller returns the form that its identity provider posted.
    public static let samlResponse = MessageType(rawValue: 15)
    /// A log record for the other side's log.
    public static let logMessage = MessageType(rawValue: 16)
    /// The task is over; its mailbox is deleted with the acknowledgement.
    public static let taskComplete = MessageType(rawValue: 18)
    /// The pod asks the modeller to prove its identity to the OAuth client named in the body.
    public static let oidcChallenge = MessageType(rawValue: 19)
    /// The modeller answers with an authorization code and its PKCE verifier.
    public static let oidcAuthorizationCodeResponse = MessageType(rawValue: 20)
    /// The modeller answers with a device code.
    public static let oidcDeviceCodeResponse = MessageType(rawValue: 21)
    /// The pod asks whether the modeller is still there.
    public static let onlineCheck = MessageType(rawValue: 22)
    /// The modeller is still there.
    public static let onlineResponse = MessageType(rawValue: 23)
    /// The task starts.
    public static let taskStart = MessageType(rawValue: 25)
    /// The modeller withdraws the task.
    public static let taskCancel = MessageType(rawValue: 34)
    /// The Hub says that a project now uses a dataset.
    public static let datasetProjectLinked = MessageType(rawValue: 38)
    /// The Hub itself asks for a task.
    public static let jobRequestFromHub = MessageType(rawValue: 39)
}

extension MessageType: CustomStringConvertible {
    /// The SDK's name, such as `JOB_REQUEST`, or `UNKNOWN_<number>`.
    public var description: String {
        Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "UNKNOWN_\(rawValue)"
    }

    /// Every name of bitfount-protocol.md, 7.8, and of the wire contract, at the index of its number.
    private static let names = [
        "UNDEFINED", "ALGORITHM_EXCHANGE", "JOB_REQUEST", "JOB_ACCEPT", "JOB_REJECT", "TRAINING_UPDATE",
        "TRAINING_COMPLETE", "EVALUATION_RESULTS", "SECURE_SHARE", "MODEL_PARAMETERS", "TASK_ABORT",
        "LARGE_OBJECT_STORAGE_REQUEST", "KEY_EXCHANGE", "POD_DATA", "SAML_REQUEST", "SAML_RESPONSE", "LOG_MESSAGE",
        "TRAINING_METRICS", "TASK_COMPLETE", "OIDC_CHALLENGE", "OIDC_AFC_PKCE_RESPONSE", "OIDC_DEVICE_CODE_RESPONSE",
        "ONLINE_CHECK", "ONLINE_RESPONSE", "PSI_DATASET", "TASK_START", "NUMBER_OF_BATCHES", "MODEL_PROMPT",
        "MODEL_RESPONSE", "BATCHES_COMPLETE", "CURRENT_BATCH_ID", "WORKER_REQUEST", "MODELLER_RESPONSE",
        "TRANSFER_RECEIPT", "TASK_CANCEL", "PREPARING_DATA", "CONFIGURING_TASK", "PREPARING_DATA_BATCHES",
        "DATASET_PROJECT_LINKED", "JOB_REQUEST_FROM_HUB",
    ]
}
