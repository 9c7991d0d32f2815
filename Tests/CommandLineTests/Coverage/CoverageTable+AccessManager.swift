// SPDX-License-Identifier: Apache-2.0

extension CoverageTable {
    /// The Access Manager: bitfount-protocol.md, 4.
    static let accessManager = CoverageTable(
        title: "Access Manager",
        introduction: "`BitfountAM` of the Python package, 1.0.6 to 13.0.0 (bitfount-protocol.md, 4).",
        sources: "Bitfount",
        types: ["AccessManagerClient"],
        commands: ["am"],
        rows: [
            Row(
                "get_access_manager_key",
                "`GET /api/access-manager-key`",
                "AccessManagerClient.publicKey()",
                command: "am key"
            ),
            Row(
                "get_saml_challenge",
                "`GET /api/saml?idp=cli`",
                "AccessManagerClient.samlChallenge()",
                command: "am challenge"
            ),
            Row(
                "validate_saml_response",
                "`POST /api/access?idp=cli`",
                "AccessManagerClient.checkSAML(_:response:challenge:)",
                command: "am check saml"
            ),
            Row(
                "check_oidc_access_request",
                "`POST /api/access`",
                "AccessManagerClient.checkOIDC(_:modellerToken:)",
                command: "am check oidc"
            ),
            Row(
                "check_signature_based_access_request",
                "`POST /api/access`",
                "AccessManagerClient.checkSignature(_:encryptedRequest:signature:keyID:)",
                command: "am check signature"
            ),
        ]
    )
}
