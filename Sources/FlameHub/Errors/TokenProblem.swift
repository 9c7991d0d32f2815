// SPDX-License-Identifier: Apache-2.0

/// Tells a rejected token from other failures (flame-hub.md, 2.4). From hub 0.10 Core and Storage answer
/// a bad token with status 500, which says nothing by itself.
enum TokenProblem {
    private static let codes: Set<String> = [
        "invalid_token", "expired_token", "inactive_token", "bearer_token_malformed", "identity_unauthorized",
    ]

    /// Whether a response to a request that carried a token says that the token is no good.
    static func isSeen(in response: HubErrorResponse?, status: Int, from service: HubService) -> Bool {
        if status == 401 { return true }
        guard status >= 400, let response else { return false }
        if let code = response.code, codes.contains(code) { return true }
        guard service != .auth, status == 500, response.code == "internal_error" else { return false }
        let message = response.message?.lowercased() ?? ""
        return message.contains("jwt") || message.contains("token")
    }
}
