// SPDX-License-Identifier: Apache-2.0

/// Tells a rejected token from other failures (flame-hub.md, 2.4). From hub 0.10 Core and Storage answer
/// a bad token with status 500, which says nothing by itself.
enum TokenProblem {
    private static let codes: Set<String> = [
        "invalid_token", "expired_token", "inactive_token", "bearer_token_malformed", "identity_unauthorized",
        "jwk_not_found",
    ]
    /// What the texts of a bad token have in them where there is no code of its own (flame-hub-differences.md, E2 and A31). The word
    /// *token* alone is in others, too.
    private static let texts = ["jwt", "jwk", "property token is invalid", "token payload is invalid"]

    /// Whether a response to a request that carried a token says that the token is no good.
    static func isSeen(in response: HubErrorResponse?, status: Int, from service: HubService) -> Bool {
        if status == 401 { return true }
        guard status >= 400, let response, !isAuthAway(response) else { return false }
        if let code = response.code, codes.contains(code) { return true }
        guard service != .auth, status == 500 || status == 400, !hasFieldsOfItsOwn(response) else { return false }
        let message = response.message?.lowercased() ?? ""
        return texts.contains { message.contains($0) }
    }

    /// Whether the service could not ask Auth about the token, which says nothing of the token (E3; 0.12: A6).
    static func isAuthAway(_ response: HubErrorResponse?) -> Bool {
        response?.message?.hasPrefix("fetch failed") == true
    }

    /// Whether the request itself was wrong in another field.
    private static func hasFieldsOfItsOwn(_ response: HubErrorResponse) -> Bool {
        response.flattenedIssues.contains { !$0.path.isEmpty && $0.path != ["token"] }
    }
}
