// SPDX-License-Identifier: Apache-2.0

/// What a node or an analysis signs in with (flame-hub.md, 4.4).
public struct ClientCredentials: Decodable, Sendable, Equatable {
    /// The id of the client.
    public let id: HubID<Client>
    /// The name of the client.
    public let name: String?
    /// The name for people.
    public let displayName: String?
    /// The secret, or its hash if Auth keeps only that.
    public let secret: String?
}

extension ClientCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The id, without the secret.
    public var description: String { "ClientCredentials(\(id))" }
    /// The id, without the secret.
    public var debugDescription: String { description }
    /// The id, without the secret.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
