// SPDX-License-Identifier: Apache-2.0

public import AuditLog

/// Which tasks the Access Manager is asked about at all.
public struct AccessConfiguration: Sendable {
    /// The ways of proving identity that are accepted; default all.
    ///
    /// Only a signature is bound to its request. What a modeller hands over in an exchange (OIDC, SAML) proves who they are and
    /// not what they asked for, so whoever runs another pod can pass it on to this one (bitfount-protocol.md, 9.7).
    public var methods: Set<AuditEntry.Method>

    init(_ section: ConfigurationSection) throws(ConfigurationError) {
        let known = AuditEntry.Method.allCases.map(\.rawValue)
        let names = try section.list("methods", expected: known.joined(separator: ", "))
        if let names {
            methods = Set(names.compactMap(AuditEntry.Method.init))
            guard methods.count == Set(names).count, !methods.isEmpty else {
                throw section.error("methods", problem: "expected some of \(known.joined(separator: ", "))")
            }
        } else {
            methods = Set(AuditEntry.Method.allCases)
        }
        try section.finish()
    }
}
