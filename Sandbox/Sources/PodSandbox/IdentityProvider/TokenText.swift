// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A token in the compact form of a JSON web token. Whoever wants to know whether it is genuine asks the issuer, so
/// its third part is just unguessable.
enum TokenText {
    static func make(_ claims: [String: JSONValue]) throws -> String {
        let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
        var claims = claims
        claims["jti"] = .string(SandboxIDs.secret(bytes: 8))
        let parts = try [header, .object(claims)].map { try $0.encoded().base64URL }
        return (parts + [Data(SandboxIDs.secret(bytes: 32).utf8).base64URL]).joined(separator: ".")
    }
}
