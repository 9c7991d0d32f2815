// SPDX-License-Identifier: Apache-2.0

/// How the modeller of a task request offers to prove who they are (bitfount-protocol.md, 9.4).
///
/// An unknown type can be read, because its request can still be answered; it must never be accepted.
public struct AuthenticationType: RawRepresentable, Hashable, Sendable {
    /// The name on the wire.
    public let rawValue: String

    /// Takes any name, known or not.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The request is signed with a key that the Hub knows.
    public static let keyBased = AuthenticationType(rawValue: "key-based")
    /// The modeller logs in and hands over an authorization code.
    public static let oidcAuthorizationCode = AuthenticationType(rawValue: "oidc-auth-code")
    /// The modeller confirms a device code.
    public static let oidcDeviceCode = AuthenticationType(rawValue: "oidc-device-code")
    /// The modeller takes a SAML request to their identity provider. First generation only.
    public static let saml = AuthenticationType(rawValue: "saml")
    /// No proof at all. First generation only, and never accepted.
    public static let local = AuthenticationType(rawValue: "local")

    /// The types that the SDKs name.
    public static let known: Set<AuthenticationType> = [
        .keyBased, .oidcAuthorizationCode, .oidcDeviceCode, .saml, .local,
    ]
}
