// SPDX-License-Identifier: Apache-2.0

/// Who calls, and whether by an API key or by a user's token.
struct MessageServiceCaller: Sendable {
    let username: String
    let usesAPIKey: Bool
}
