// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// Where the services of one Bitfount deployment are (bitfount-protocol.md, 1.2).
///
/// All origins that credentials may be sent to come from one value of this type, so that an agent cannot log in to one
/// tenant and check modellers against another.
public struct BitfountEnvironment: Sendable, Equatable {
    /// The name in configuration files: `production`, `staging`, `sandbox` or `dev`.
    public var name: String
    /// Base URL of the Hub.
    public var hub: URL
    /// Base URL of the Access Manager.
    public var accessManager: URL
    /// Scheme, host and port of the message service; `http` means plaintext, which is for loopback only.
    public var messageService: URL
    /// Base URL of the OAuth tenant; its token endpoint is `<authority>/oauth/token`, unless ``discoversEndpoints``.
    public var oauthAuthority: URL
    /// Whether the tenant's own document says where its endpoints are (OpenID Connect Discovery 1.0, section 4).
    public var discoversEndpoints = false
    /// What a login asks for, separated by spaces. Without `offline_access` most tenants give no refresh token.
    public var loginScopes = "profile openid offline_access"
    /// The audience of the access token; empty where the tenant knows no such parameter.
    public var loginAudience = "https://hub.bitfount.com/api"
    /// The claim of the id token that holds the username.
    public var usernameClaim = "https://www.bitfount.com/username"
    /// Base URL of the service that pairs users with systems of health records.
    public var smartOnFHIR: URL
    /// The public OAuth client id of Bitfount's SDK in this tenant.
    public var clientID: String

    /// Describes a deployment, such as a sandbox on this machine.
    public init(
        name: String,
        hub: URL,
        accessManager: URL,
        messageService: URL,
        oauthAuthority: URL,
        smartOnFHIR: URL,
        clientID: String
    ) {
        self.name = name
        self.hub = hub
        self.accessManager = accessManager
        self.messageService = messageService
        self.oauthAuthority = oauthAuthority
        self.smartOnFHIR = smartOnFHIR
        self.clientID = clientID
    }

    /// The environment of that name, or nil if there is none. An empty name means production, as in the SDK.
    public static func named(_ name: String) -> BitfountEnvironment? {
        name.isEmpty ? .production : all.first { $0.name == name }
    }

    /// Every known environment.
    public static let all: [BitfountEnvironment] = [.production, .staging, .sandbox, .dev]

    /// Bitfount's public service.
    public static let production = BitfountEnvironment(
        name: "production",
        hub: URL(constant: "https://hub.bitfount.com"),
        accessManager: URL(constant: "https://am.hub.bitfount.com"),
        messageService: URL(constant: "https://messaging.bitfount.com:443"),
        oauthAuthority: URL(constant: "https://auth.bitfount.com"),
        smartOnFHIR: URL(constant: "https://smartonfhir.bitfount.com"),
        clientID: "8iCJ33Kp6hc9ofrXTzr5GLxMRHWrlzZO"
    )

    /// Bitfount's staging deployment.
    public static let staging = BitfountEnvironment(
        name: "staging",
        hub: URL(constant: "https://hub.staging.bitfount.com"),
        accessManager: URL(constant: "https://am.hub.staging.bitfount.com"),
        messageService: URL(constant: "https://messaging.staging.bitfount.com:443"),
        oauthAuthority: URL(constant: "https://auth.staging.bitfount.com"),
        smartOnFHIR: URL(constant: "https://smartonfhir.staging.bitfount.com"),
        clientID: "Wk4XZHDKfY8F3OYcKdagIHETt6JYwX08"
    )

    /// Bitfount's sandbox deployment, with the tenant that releases from 9.0.0 on use.
    public static let sandbox = BitfountEnvironment(
        name: "sandbox",
        hub: URL(constant: "https://hub.sandbox.bitfount.com"),
        accessManager: URL(constant: "https://am.hub.sandbox.bitfount.com"),
        messageService: URL(constant: "https://messaging.sandbox.bitfount.com:443"),
        oauthAuthority: URL(constant: "https://auth.sandbox.bitfount.com"),
        smartOnFHIR: URL(constant: "https://smartonfhir.sandbox.bitfount.com"),
        clientID: "nPU5aIZIOYqqYhUNX84j9OjKpUOnqfRB"
    )

    /// A backend on this machine, with the sandbox's tenant.
    public static let dev = BitfountEnvironment(
        name: "dev",
        hub: URL(constant: "http://localhost:3000"),
        accessManager: URL(constant: "http://localhost:3001"),
        messageService: URL(constant: "http://localhost:5001"),
        oauthAuthority: URL(constant: "https://auth.sandbox.bitfount.com"),
        smartOnFHIR: URL(constant: "https://smartonfhir.sandbox.bitfount.com"),
        clientID: "nPU5aIZIOYqqYhUNX84j9OjKpUOnqfRB"
    )
}

extension URL {
    /// A URL written in the source. A typing error in it is caught by the first test that runs.
    fileprivate init(constant text: StaticString) {
        guard let url = URL(string: "\(text)") else { preconditionFailure("not a URL: \(text)") }
        self = url
    }
}
