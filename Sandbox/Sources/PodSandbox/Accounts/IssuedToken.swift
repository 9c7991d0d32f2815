// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An access token of the sandbox's identity provider.
struct IssuedToken: Sendable {
    let text: String
    let username: String
    let audience: String
    let scope: String
    let clientID: String
    let expiresAt: Date
}
