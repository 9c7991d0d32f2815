// SPDX-License-Identifier: Apache-2.0

public import MessagePack

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

    private static let maximumTextBytes = 8 << 10

    /// Reads an answer, which must have exactly the three keys, each with a text.
    ///
    /// - Parameter body: The opened message.
    public init(body: MessagePackValue) throws(TaskFormatError) {
        var fields = try FieldReader(body, part: .message)
        code = try fields.text("auth_code", maximumBytes: Self.maximumTextBytes)
        codeVerifier = try fields.text("code_verifier", maximumBytes: Self.maximumTextBytes)
        redirectURI = try fields.text("redirect_uri", maximumBytes: Self.maximumTextBytes)
        try fields.requireNoOtherKeys()
    }
}

extension AuthorizationCodeResponse: CustomStringConvertible {
    /// A constant: the content is secret.
    public var description: String { "AuthorizationCodeResponse(<redacted>)" }
}
