// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

/// A way of proving identity together with a generation of modellers that has it.
struct IdentityKind: Sendable, CaseIterable {
    let generation: Generation
    let authentication: AuthenticationType

    static let allCases: [IdentityKind] = [
        IdentityKind(generation: .g1, authentication: .keyBased),
        IdentityKind(generation: .g2, authentication: .keyBased),
        IdentityKind(generation: .g1, authentication: .oidcAuthorizationCode),
        IdentityKind(generation: .g2, authentication: .oidcAuthorizationCode),
        IdentityKind(generation: .g1, authentication: .oidcDeviceCode),
        IdentityKind(generation: .g2, authentication: .oidcDeviceCode),
        IdentityKind(generation: .g1, authentication: .saml),
    ]

    /// For a summary, such as `signature G2`.
    var name: String {
        let method =
            switch authentication {
            case .keyBased: "signature"
            case .oidcAuthorizationCode: "OIDC code"
            case .oidcDeviceCode: "OIDC device"
            case .saml: "SAML"
            default: authentication.rawValue
            }
        return "\(method) \(generation.rawValue.uppercased())"
    }
}
