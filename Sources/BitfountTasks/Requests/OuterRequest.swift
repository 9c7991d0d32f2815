// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// The clear envelope of a task request (bitfount-protocol.md, 9.1 and 9.2).
///
/// Only ``encryptedRequest`` is proven by anything; whoever relays the request can change the rest.
public struct OuterRequest: Sendable, Hashable {
    /// How the modeller packs values, and so how every answer must be packed.
    public var generation: Generation
    /// The modeller's clear copy of the protocol. It decides nothing, but must equal the decrypted one.
    public var protocolDocument: MessagePackMap
    /// How the modeller offers to prove who they are.
    public var authenticationType: AuthenticationType
    /// The inner request, encrypted to the pod's key.
    public var encryptedRequest: [UInt8]
    /// The modeller's signature over ``encryptedRequest``; there exactly when the type is
    /// ``AuthenticationType/keyBased``.
    public var signature: [UInt8]?
    /// The project in whose name the task runs.
    public var projectID: String?
    /// Which of the modeller's keys made the signature.
    public var keyID: String?
    /// The switches.
    public var flags: RequestFlags
    /// A specification that some pods run without asking the Access Manager (bitfount-protocol.md, 13.1), whatever its
    /// type.
    public var flowSpec: MessagePackValue?
    /// The dataset that goes with ``flowSpec``.
    public var datasourceName: String?
    /// Keys that the protocol does not know, in their order; ignored, but worth a record.
    public var unknownKeys: [String]

    /// Whether the request wants the path around the Access Manager, which must be refused.
    public var hasFlowSpec: Bool { flowSpec != nil }

    /// Makes a request from its parts.
    public init(
        generation: Generation,
        protocolDocument: MessagePackMap,
        authenticationType: AuthenticationType,
        encryptedRequest: [UInt8],
        signature: [UInt8]? = nil,
        projectID: String? = nil,
        keyID: String? = nil,
        flags: RequestFlags = RequestFlags(),
        flowSpec: MessagePackValue? = nil,
        datasourceName: String? = nil,
        unknownKeys: [String] = []
    ) {
        self.generation = generation
        self.protocolDocument = protocolDocument
        self.authenticationType = authenticationType
        self.encryptedRequest = encryptedRequest
        self.signature = signature
        self.projectID = projectID
        self.keyID = keyID
        self.flags = flags
        self.flowSpec = flowSpec
        self.datasourceName = datasourceName
        self.unknownKeys = unknownKeys
    }
}
