// SPDX-License-Identifier: Apache-2.0

/// A user's account at a system of health records, tied to the user's Bitfount account.
public struct HealthRecordPairing: Sendable, Equatable, Decodable {
    /// The service's id of the pairing.
    public let id: String
    /// How far the pairing has got: `initialised` or `paired`. States that this version does not know are kept.
    public let state: String
    /// The username of the Bitfount account.
    public let ownerUsername: String?
    /// The FHIR base URL of the system; known once it is paired.
    public let resourceServer: String?
    /// The user's name at the system, if it says so.
    public let remoteUser: String?
    /// When it was begun, in ISO 8601.
    public let createdAt: String?
    /// When it was last changed, in ISO 8601.
    public let updatedAt: String?
    /// When it ends, in ISO 8601.
    public let expiresAt: String?

    /// Whether access tokens can be had.
    public var isPaired: Bool { state == "paired" }
}
