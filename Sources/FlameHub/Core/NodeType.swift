// SPDX-License-Identifier: Apache-2.0

/// What a node does.
public struct NodeType: OpenEnum {
    /// The word as it goes over the wire.
    public let rawValue: String

    /// Takes any word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// It combines what the others computed.
    public static let aggregator = NodeType(rawValue: "aggregator")
    /// It holds data.
    public static let `default` = NodeType(rawValue: "default")
    /// All of them.
    public static let known: [Self] = [.aggregator, .default]
}
