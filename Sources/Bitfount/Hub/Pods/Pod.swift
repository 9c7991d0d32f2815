// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import Foundation

/// A dataset as the Hub describes it to one who asks for it (bitfount-protocol.md, 3.3).
public struct Pod: Sendable, Decodable {
    /// `owner/name`.
    public let identifier: String
    /// The name of the dataset.
    public let name: String?
    /// The name that people see.
    public let displayName: String?
    /// What the owner says about it.
    public let description: String?
    /// The key to which modellers encrypt their tasks, as PEM or as an OpenSSH line.
    public let publicKey: String?
    /// The Access Manager's key that was registered with it, in the same forms.
    public let accessManagerPublicKey: String?
    /// The storage's name for the schema.
    public let schemaStorageKey: String?
    /// Where the schema can be fetched. Pre-signed: whoever has the URL can fetch it.
    public let schemaDownloadURL: Secret?
    /// Whether the Hub has had a heartbeat of it lately.
    public let isOnline: Bool?
    /// The username of the owner.
    public let owner: String?
    /// Who sees it: `public` or `private`.
    public let visibility: String?

    private enum CodingKeys: String, CodingKey {
        case identifier = "podIdentifier"
        case name = "podName"
        case displayName = "podDisplayName"
        case description
        case publicKey = "podPublicKey"
        case accessManagerPublicKey
        case schemaStorageKey
        case schemaDownloadURL = "schemaDownloadUrl"
        case isOnline
        case owner = "providerUserName"
        case visibility
    }

    /// The key to which modellers encrypt their tasks.
    ///
    /// - Throws: `malformedResponse` if the Hub's text is no RSA key.
    public func key() throws(BitfountError) -> RSAPublicKey? {
        guard let publicKey else { return nil }
        return try RSAPublicKey(hubText: publicKey)
    }
}

/// A dataset in the Hub's list of all datasets (bitfount-protocol.md, 3.3).
public struct PodListing: Sendable, Decodable {
    /// `owner/name`.
    public let identifier: String
    /// The name of the dataset.
    public let name: String?
    /// The name that people see.
    public let displayName: String?
    /// What the owner says about it.
    public let description: String?
    /// The key to which modellers encrypt their tasks, as PEM or as an OpenSSH line.
    public let publicKey: String?
    /// The Access Manager's key that was registered with it, in the same forms.
    public let accessManagerPublicKey: String?
    /// Whether the Hub has had a heartbeat of it lately.
    public let isOnline: Bool?
    /// The username of the owner.
    public let owner: String?
    /// The path of its page on the Hub.
    public let pagePath: String?

    private enum CodingKeys: String, CodingKey {
        case identifier = "podIdentifier"
        case name
        case displayName = "podDisplayName"
        case description
        case publicKey = "podPublicKey"
        case accessManagerPublicKey
        case isOnline
        case owner = "providerUserName"
        case pagePath = "podPagePath"
    }
}

extension RSAPublicKey {
    /// A key in a document of the Hub.
    convenience init(hubText text: String) throws(BitfountError) {
        do {
            try self.init(text)
        } catch {
            throw BitfountError(.malformedResponse, "The Hub's text is not an RSA public key", underlying: error)
        }
    }
}
