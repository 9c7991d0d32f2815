// SPDX-License-Identifier: Apache-2.0

/// What a node fetches its images with (flame-hub.md, 4.4).
public struct RegistryCredentials: Decodable, Sendable, Equatable {
    /// The host name of the registry. Compare it with the node's registry: some hubs mix them up after a change.
    public let host: String
    /// The name of the node's project at the registry.
    public let externalName: String?
    /// The account.
    public let accountName: String?
    /// Its secret.
    public let accountSecret: String?
}

extension RegistryCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The host, without the account.
    public var description: String { "RegistryCredentials(\(host))" }
    /// The host, without the account.
    public var debugDescription: String { description }
    /// The host, without the account.
    public var customMirror: Mirror { Mirror(self, children: ["host": host]) }
}
