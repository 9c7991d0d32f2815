import Bitfount
import BitfountTasks

/// What the Access Manager is shown to establish who the modeller is.
enum IdentityProof: Sendable {
    /// The signature that came with the request.
    case signature([UInt8])
    /// The modeller's access token.
    case token(Secret)
    /// The modeller's SAML response, and the challenge that it answers.
    case saml(SAMLResponse, Bitfount.SAMLChallenge)
}
