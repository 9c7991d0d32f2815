import MessagePack

/// A modeller's answer to an OIDC challenge by authorization code (protocol reference, section 9.7).
struct AuthorizationCodeAnswer: Sendable {
    let code: String
    let codeVerifier: String
    /// Passed on exactly as received: the identity provider compares it with what the browser was sent to.
    let redirectURI: String

    /// Reads an answer: exactly three keys, each a text within `limits`; `nil` otherwise.
    init?(_ value: MessagePackValue, limits: IdentityLimits) {
        guard let fields = IdentityAnswerFields(value, keys: ["auth_code", "code_verifier", "redirect_uri"]),
            let code = fields.text("auth_code", limits),
            let codeVerifier = fields.text("code_verifier", limits),
            let redirectURI = fields.text("redirect_uri", limits)
        else { return nil }
        self.code = code
        self.codeVerifier = codeVerifier
        self.redirectURI = redirectURI
    }
}
