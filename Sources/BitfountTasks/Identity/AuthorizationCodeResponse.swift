import MessagePack

/// The modeller's answer to a challenge by authorization code: ``MessageType/oidcAuthorizationCodeResponse``
/// (bitfount-protocol.md, 9.7).
///
/// All three are for the identity provider alone, and not for logs.
public struct AuthorizationCodeResponse: Sendable, Hashable {
    /// The code, good for one exchange.
    public var code: String
    /// What the code's PKCE challenge was made of.
    public var codeVerifier: String
    /// Where the browser was sent; it must be passed on exactly as received.
    public var redirectURI: String

    /// Makes an answer, on the modeller's side.
    public init(code: String, codeVerifier: String, redirectURI: String) {
        self.code = code
        self.codeVerifier = codeVerifier
        self.redirectURI = redirectURI
    }

    /// Reads an answer, which must have exactly the three keys, each with a text.
    ///
    /// - Parameters:
    ///   - body: The opened message.
    ///   - maximumTextBytes: The longest text; 8 KiB unless told otherwise.
    public init(body: MessagePackValue, maximumTextBytes: Int = 8 << 10) throws(TaskFormatError) {
        var fields = try FieldReader(body, part: .message)
        code = try fields.text("auth_code", maximumBytes: maximumTextBytes)
        codeVerifier = try fields.text("code_verifier", maximumBytes: maximumTextBytes)
        redirectURI = try fields.text("redirect_uri", maximumBytes: maximumTextBytes)
        try fields.requireNoOtherKeys()
    }

    /// What to seal and send.
    public var body: MessagePackValue {
        ["auth_code": .string(code), "code_verifier": .string(codeVerifier), "redirect_uri": .string(redirectURI)]
    }
}

extension AuthorizationCodeResponse: CustomStringConvertible {
    /// A constant: the content is secret.
    public var description: String { "AuthorizationCodeResponse(<redacted>)" }
}
