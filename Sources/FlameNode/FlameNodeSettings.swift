// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// What the data owner chose for a FLAME node.
public struct FlameNodeSettings: Sendable {
    /// Which node it is.
    public var node: FlameNodeName
    /// What the node signs in as.
    public var identity: FlameNodeIdentity
    /// Where consent comes from.
    public var consent: FlameConsentSource
    /// From one look at the Hub to the next, ±20 %; a third of it while an analysis runs.
    public var interval: Duration
    /// The node's P-256 key; made at the first start where it does not exist.
    public var keyFile: URL

    /// Creates settings.
    public init(
        node: FlameNodeName,
        identity: FlameNodeIdentity,
        consent: FlameConsentSource,
        interval: Duration,
        keyFile: URL
    ) {
        self.node = node
        self.identity = identity
        self.consent = consent
        self.interval = interval
        self.keyFile = keyFile
    }
}

/// Where the data owner's consent comes from.
public enum FlameConsentSource: String, Sendable, CaseIterable, Codable {
    /// Only from this machine: `pod-agent flame consent grant`.
    case manual = "manual"
    /// The Hub's approval counts as consent, unless it was withdrawn on this machine.
    case followHub = "follow-hub"
}

/// How the configuration names the node.
public enum FlameNodeName: Sendable, Equatable {
    /// By its id.
    case id(String)
    /// By its name, in a realm.
    case name(String, realm: String)
    /// By the client that signs in for it.
    case client
}

/// What the node signs in as.
public enum FlameNodeIdentity: Sendable {
    /// A client, on hubs from 0.8.22 on.
    case client(id: String, secretFile: URL)
    /// A robot, on older hubs.
    case robot(id: String, secretFile: URL)
}
