// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// A dataset as the Hub knows it. The Hub's API calls it a pod.
package struct RegisteredPod: Sendable {
    /// The owner's username.
    package let owner: String
    /// The dataset's name.
    package let name: String
    /// The name for people.
    package internal(set) var displayName: String
    /// The pod's public key, one OpenSSH line.
    package internal(set) var publicKey: String
    /// The Access Manager's public key as the pod reported it.
    package internal(set) var accessManagerPublicKey: String
    /// The text for people.
    package internal(set) var description: String
    /// The announced size of the packed schema, in bytes.
    package internal(set) var schemaSize: Int
    /// The number of records, if told.
    package internal(set) var numberOfRecords: Int?
    /// What the pod said about its files.
    package internal(set) var fileProcessingMetadata: JSONValue?
    /// Where the schema is or will be in the storage.
    package internal(set) var schemaStorageKey: String
    /// How often it was registered.
    package internal(set) var registrations = 1
    /// When heartbeats came, oldest first.
    package internal(set) var heartbeats: [Date] = []
    /// Whether it was archived.
    package internal(set) var isArchived = false
    /// The datasource entry that the Hub holds for it.
    package internal(set) var configuration: JSONValue?
    /// When the configuration changed last.
    package internal(set) var configurationUpdatedAt: Date?

    /// `owner/name`.
    package var identifier: String { "\(owner)/\(name)" }

    /// More heartbeats than this are not kept; the oldest go first.
    static let maximumHeartbeats = 1_000
}
