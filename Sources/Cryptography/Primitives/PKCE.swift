// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Proof Key for Code Exchange (RFC 7636), which ties an authorization code to who asked for it.
public enum PKCE {
    /// The S256 challenge of a verifier: base64url of its SHA-256, without padding.
    public static func challenge(for verifier: String) -> String {
        Data(SHA256.hash(Array(verifier.utf8))).base64EncodedString()
            .replacing("+", with: "-")
            .replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
