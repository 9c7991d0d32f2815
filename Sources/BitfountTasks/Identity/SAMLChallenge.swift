// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Sends the modeller to an identity provider: ``MessageType/samlRequest``, by modellers of the first generation only
/// (bitfount-protocol.md, 9.7).
public struct SAMLChallenge: Sendable, Hashable {
    /// The Access Manager's request, for the modeller's browser. Its id stays with the pod.
    public var samlRequest: String

    /// Takes a request of the Access Manager.
    public init(samlRequest: String) {
        self.samlRequest = samlRequest
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        .string(samlRequest)
    }
}
