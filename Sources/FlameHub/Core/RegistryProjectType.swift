// SPDX-License-Identifier: Apache-2.0

/// What a project at a container registry is for (flame-hub.md, 4.10).
public struct RegistryProjectType: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A node with data.
    public static let `default` = RegistryProjectType(rawValue: "default")
    /// A node that aggregates.
    public static let aggregator = RegistryProjectType(rawValue: "aggregator")
    /// Images that arrive.
    public static let incoming = RegistryProjectType(rawValue: "incoming")
    /// Images that leave.
    public static let outgoing = RegistryProjectType(rawValue: "outgoing")
    /// The images that analyses are built on.
    public static let masterImages = RegistryProjectType(rawValue: "masterImages")
    /// A node.
    public static let node = RegistryProjectType(rawValue: "node")
    /// All of them.
    public static let known: [Self] = [.default, .aggregator, .incoming, .outgoing, .masterImages, .node]
}
