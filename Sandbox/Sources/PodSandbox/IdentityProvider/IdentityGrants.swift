// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A device code that waits for its user (bitfount-protocol.md, 2.3).
struct DeviceGrant: Sendable {
    enum Answer: Sendable, Equatable {
        case approved(String)
        case denied
    }

    let userCode: String
    let audience: String
    let scope: String
    let expiresAt: Date
    let interval: Int
    var answer: Answer?
    var lastPoll: ContinuousClock.Instant?
}

/// An authorization code (bitfount-protocol.md, 9.7).
struct AuthorizationGrant: Sendable {
    let username: String
    let audience: String
    let scope: String
    let redirectURI: String
    let challenge: String
    let expiresAt: Date
}

/// A refresh token; it is dead after one use (bitfount-protocol.md, 2.4).
struct RefreshGrant: Sendable {
    let username: String
    let audience: String
    let scope: String
}

/// What the SAML identity provider says about somebody.
struct SAMLAssertion: Sendable {
    let username: String
    let inResponseTo: String
}
