// SPDX-License-Identifier: Apache-2.0

package import Cryptography

/// A modeller: an account, and the key that they sign with.
package struct Modeller: Sendable {
    /// The account.
    package let user: SandboxUser
    /// The key for requests that are signed; nil for those who prove themselves otherwise.
    package let signingKey: RSAPrivateKey?
    /// The id under which the Hub has the key.
    package let keyID: String?

    /// A modeller.
    package init(_ user: SandboxUser, signingKey: RSAPrivateKey? = nil, keyID: String? = nil) {
        self.user = user
        self.signingKey = signingKey
        self.keyID = keyID
    }

    /// The username.
    package var username: String { user.username }
}
