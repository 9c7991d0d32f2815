// SPDX-License-Identifier: Apache-2.0

public import MessagePack

/// Asks the modeller to prove who they are to an OAuth client: ``MessageType/oidcChallenge``
/// (bitfount-protocol.md, 9.7).
public struct OIDCChallenge: Sendable, Hashable {
    /// The client, which must be the one of the modeller's own environment.
    public var clientID: String

    /// Names the client.
    public init(clientID: String) {
        self.clientID = clientID
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        ["client_id": .string(clientID)]
    }
}
