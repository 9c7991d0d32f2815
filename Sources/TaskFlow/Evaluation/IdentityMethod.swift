import BitfountTasks

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
}

extension IdentityMethod {
    /// The method that a request asks for (bitfount-protocol.md, 9.4 and 13.14).
    init(requestedBy outer: OuterRequest) throws(IntakeFault) {
        switch outer.authenticationType {
        case .keyBased: self = .signature
        case .oidcDeviceCode: self = .oidcDeviceCode
        case .oidcAuthorizationCode: self = .oidcAuthorizationCode
        case .saml where outer.generation == .g1: self = .saml
        case .saml: throw IntakeFault(.samlUnsupported)
        case .local: throw IntakeFault(.localAuthentication)
        default: throw IntakeFault(.unknownAuthentication)
        }
    }
}
