// SPDX-License-Identifier: Apache-2.0

public import Cryptography
public import MessagePack

/// The decrypted part of a task request (bitfount-protocol.md, 9.2).
public struct InnerRequest: Sendable {
    /// The protocol that will run, and that the Access Manager must be asked about.
    public var protocolDocument: MessagePackMap
    /// Every pod of the task, as the modeller addressed it.
    public var podIdentifiers: [String]
    /// The key of this task's messages.
    public var sessionKey: SessionKey

    /// Makes a request from its parts.
    public init(protocolDocument: MessagePackMap, podIdentifiers: [String], sessionKey: SessionKey) {
        self.protocolDocument = protocolDocument
        self.podIdentifiers = podIdentifiers
        self.sessionKey = sessionKey
    }
}
