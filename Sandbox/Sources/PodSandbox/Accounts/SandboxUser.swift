// SPDX-License-Identifier: Apache-2.0

/// A person or machine that has an account at the Hub.
package struct SandboxUser: Sendable, Hashable {
    /// The username.
    package let username: String
    /// The complete API key id, for the Access Manager only.
    package let apiKeyID: String
    /// The complete API key, for the Access Manager only.
    package let apiKey: String

    /// A user whose API key has a core part and a part for the Access Manager (bitfount-protocol.md, 2.2).
    package init(_ username: String) {
        self.init(username, apiKeyID: "\(username)-id:\(username)-am-id", apiKey: "\(username)-key:\(username)-am-key")
    }

    /// A user with this API key.
    package init(_ username: String, apiKeyID: String, apiKey: String) {
        self.username = username
        self.apiKeyID = apiKeyID
        self.apiKey = apiKey
    }

    /// The part of the API key id before the first colon: all that the Hub and the message service may see.
    package var coreAPIKeyID: String { Self.core(of: apiKeyID) }
    /// The part of the API key before the first colon.
    package var coreAPIKey: String { Self.core(of: apiKey) }

    private static func core(of text: String) -> String {
        String(text.prefix { $0 != ":" })
    }
}
