// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import Foundation

/// The addresses of the services that the agent dials.
public struct ServicesConfiguration: Sendable {
    /// How waiting tasks are asked for (bitfount-protocol.md, 7.4).
    public enum PollStyle: String, Sendable, CaseIterable {
        /// Without a mailbox id: the service knows the mailboxes by the credential.
        case credential
        /// With the pod's name as mailbox id, as pods before 12.0.0 do.
        case mailbox
    }

    /// All addresses: the named environment's, with those replaced that are set by themselves. The message service's is
    /// `https://host:443`, or `http://` for plaintext on loopback.
    public var environment: BitfountEnvironment
    /// How waiting tasks are asked for; default ``PollStyle/credential``.
    public var pollStyle: PollStyle
    /// The compute cluster whose tasks are asked for, for logins that belong to several.
    public var clusterID: String?
    /// The hosts from which task requests may be fetched (bitfount-protocol.md, 7.9); `nil` means Bitfount's buckets.
    public var allowedStorageHosts: [String]?

    init(_ top: ConfigurationSection) throws(ConfigurationError) {
        var environment =
            try top.value(
                "environment",
                variables: ["BITFOUNT_ENVIRONMENT"],
                expected: BitfountEnvironment.all.map(\.name).joined(separator: ", "),
                parse: BitfountEnvironment.named
            ) ?? .production
        environment.hub = try Self.url(in: top.section("hub")) ?? environment.hub
        environment.accessManager = try Self.url(in: top.section("access_manager")) ?? environment.accessManager

        environment.smartOnFHIR = try Self.url(in: top.section("smart_on_fhir")) ?? environment.smartOnFHIR

        let messages = try top.section("message_service")
        environment.messageService =
            try messages.value(
                "url",
                expected: ConfigurationValues.expectedServiceURL,
                parse: ConfigurationValues.serviceURL
            )
            ?? environment.messageService
        pollStyle =
            try messages.value("poll_style", expected: "credential or mailbox", parse: PollStyle.init(rawValue:))
            ?? .credential
        clusterID = try messages.value(
            "cluster_id",
            variables: ["BITFOUNT_CLUSTER_ID"],
            expected: "a compute cluster's id",
            parse: { $0 }
        )
        try messages.finish()

        let identity = try top.section("identity")
        environment.oauthAuthority =
            try identity.value(
                "authority",
                expected: ConfigurationValues.expectedServiceURL,
                parse: ConfigurationValues.serviceURL
            ) ?? environment.oauthAuthority
        environment.clientID =
            try identity.value("client_id", expected: "a client id", parse: { $0 }) ?? environment.clientID
        environment.discoversEndpoints =
            try identity.value("discovery", expected: "true or false", parse: ConfigurationValues.flag) ?? false
        environment.loginScopes =
            try identity.value("scopes", expected: "scopes, separated by spaces", parse: { $0.isEmpty ? nil : $0 })
            ?? environment.loginScopes
        environment.loginAudience =
            try identity.value("audience", expected: "an audience", parse: { $0 == "none" ? "" : $0 })
            ?? environment.loginAudience
        environment.usernameClaim =
            try identity.value("username_claim", expected: "a claim's name", parse: { $0.isEmpty ? nil : $0 })
            ?? environment.usernameClaim
        try identity.finish()
        self.environment = environment

        let storage = try top.section("storage")
        allowedStorageHosts = try storage.list("allowed_hosts", expected: "host patterns or loopback origins")
        try storage.finish()
    }

    private static func url(in section: ConfigurationSection) throws(ConfigurationError) -> URL? {
        let url = try section.value(
            "url",
            expected: ConfigurationValues.expectedServiceURL,
            parse: ConfigurationValues.serviceURL
        )
        try section.finish()
        return url
    }
}
