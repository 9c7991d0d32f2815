// SPDX-License-Identifier: Apache-2.0

/// What the Hub says about one version of a model (bitfount-protocol.md, 3.7).
public struct ModelDetails: Sendable, Decodable {
    /// Where the source can be fetched; nil if the caller may not, or no longer. Pre-signed.
    public let sourceDownloadURL: Secret?
    /// The hash of the source, as ``ModelSource/hash(of:)`` computes it.
    public let hash: String?
    /// Where the weights can be fetched; nil if there are none. Pre-signed.
    public let weightsDownloadURL: Secret?
    /// Which version this is.
    public let version: Int?

    private enum CodingKeys: String, CodingKey {
        case sourceDownloadURL = "modelDownloadUrl"
        case hash = "modelHash"
        case weightsDownloadURL = "weightsDownloadUrl"
        case version = "modelVersion"
    }
}

/// A model in the Hub's list of all models (bitfount-protocol.md, 3.3).
public struct ModelListing: Sendable, Equatable, Decodable {
    /// The username of its owner.
    public let owner: String
    /// Its name.
    public let name: String
    /// Which version.
    public let version: Int?
    /// The storage's name for its source.
    public let storageKey: String?

    private enum CodingKeys: String, CodingKey {
        case owner = "modellerName"
        case name = "modelName"
        case version = "modelVersion"
        case storageKey = "modelStorageKey"
    }
}
