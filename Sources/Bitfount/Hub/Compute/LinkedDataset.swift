// SPDX-License-Identifier: Apache-2.0

/// A dataset that is linked to a compute cluster (bitfount-protocol.md, 3.3).
public struct LinkedDataset: Sendable, Equatable, Decodable {
    /// `owner/name`.
    public let identifier: String
    /// When its configuration at the Hub was last changed, in ISO 8601.
    public let configurationLastUpdated: String?
}

/// A dataset and the configuration that the Hub keeps for it (bitfount-protocol.md, 11.4).
public struct ConfiguredDataset: Sendable, Equatable {
    /// The dataset.
    public let dataset: LinkedDataset
    /// Its entry in a pod's configuration.
    public let configuration: JSONObject
}
