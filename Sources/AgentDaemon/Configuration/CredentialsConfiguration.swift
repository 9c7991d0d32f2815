// SPDX-License-Identifier: Apache-2.0

public import Bitfount
public import Foundation

/// Who the agent is to the Hub, the Access Manager and the message service.
public struct CredentialsConfiguration: Sendable {
    /// Where an API key, or a token, comes from.
    public enum Source: Sendable {
        /// Files that hold the API key's id and the key, readable by the owner only.
        case apiKeyFiles(id: URL, key: URL)
        /// An API key given in `BITFOUNT_API_KEY_ID` and `BITFOUNT_API_KEY`.
        case apiKey(id: Secret, key: Secret)
        /// The token file that `pod-agent login` writes and the Python package shares.
        case tokenFile(URL)
    }

    /// The data owner's username at the Hub; required with API keys, otherwise the token names it.
    public var username: String?
    /// Where the secret comes from.
    public var source: Source

    init(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths,
        environment: ConfigurationDocument
    ) throws(ConfigurationError) {
        username = try section.value(
            "username",
            variables: ["BITFOUNT_USERNAME"],
            expected: "a Bitfount username",
            parse: { PodIdentifier.isValidUsername($0) ? $0 : nil }
        )
        let idFile = try section.value("api_key_id_file", expected: "a path", parse: paths.resolve)
        let keyFile = try section.value("api_key_file", expected: "a path", parse: paths.resolve)
        let tokenFile = try section.value("token_file", expected: "a path", parse: paths.resolve)
        let idVariable = environment.variable(["BITFOUNT_API_KEY_ID"])
        let keyVariable = environment.variable(["BITFOUNT_API_KEY"])

        switch (idFile ?? paths.systemdCredential("api_key_id"), keyFile ?? paths.systemdCredential("api_key")) {
        case (let id?, let key?):
            source = .apiKeyFiles(id: id, key: key)
        case (.some, nil):
            throw section.error("api_key_file", problem: "expected beside api_key_id_file")
        case (nil, .some):
            throw section.error("api_key_id_file", problem: "expected beside api_key_file")
        case (nil, nil):
            if tokenFile == nil, let idVariable, let keyVariable {
                source = .apiKey(id: Secret(idVariable.value), key: Secret(keyVariable.value))
            } else {
                source = .tokenFile(tokenFile ?? paths.defaultTokenFile(username: username))
            }
        }
        if case .tokenFile = source {
        } else if username == nil {
            throw section.error("username", problem: "expected a Bitfount username: an API key does not name its owner")
        }
        try section.finish()
    }
}
