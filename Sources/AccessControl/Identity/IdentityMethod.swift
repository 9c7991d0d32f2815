/// How a modeller proves who they are: the audit entry's field `method`.
public enum IdentityMethod: String, Sendable, Hashable, Codable, CaseIterable {
    /// A signature over the encrypted request; no further exchange.
    case signature = "signature"
    /// A device code that the modeller confirms in a browser while the agent polls.
    case oidcDeviceCode = "oidc-device-code"
    /// An authorization code with PKCE that the agent exchanges.
    case oidcAuthorizationCode = "oidc-auth-code"
    /// A SAML response to a challenge of the Access Manager; first generation only.
    case saml = "saml"

    /// The method that the request's `auth_type` stands for (protocol reference, section 9.4), or `nil` if it stands
    /// for none. `local` is none: it would be trust without proof.
    init?(authenticationType: String) {
        switch authenticationType {
        case "key-based": self = .signature
        case "oidc-device-code": self = .oidcDeviceCode
        case "oidc-auth-code": self = .oidcAuthorizationCode
        case "saml": self = .saml
        default: return nil
        }
    }
}
