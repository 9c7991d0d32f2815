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
            parse: { text in
                let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
                return PodIdentifier.isValidUsername(name) ? name : nil
            }
        )
        let idFile = try section.value("api_key_id_file", expected: "a path", parse: paths.resolve)
        let keyFile = try section.value("api_key_file", expected: "a path", parse: paths.resolve)
        let tokenFile = try section.value("token_file", expected: "a path", parse: paths.resolve)
        let idVariable = try Self.secret(in: "BITFOUNT_API_KEY_ID", environment)
        let keyVariable = try Self.secret(in: "BITFOUNT_API_KEY", environment)

        switch (idFile ?? paths.systemdCredential("api_key_id"), keyFile ?? paths.systemdCredential("api_key")) {
        case (let id?, let key?):
            source = .apiKeyFiles(id: id, key: key)
        case (let id?, nil):
            throw section.error(
                "api_key_file",
                problem: "missing: \(id.path) is half of an API key; expected api_key_file beside api_key_id_file"
            )
        case (nil, let key?):
            throw section.error(
                "api_key_id_file",
                problem: "missing: \(key.path) is half of an API key; expected api_key_id_file beside api_key_file"
            )
        case (nil, nil):
            switch (tokenFile, idVariable, keyVariable) {
            case (let file?, _, _): source = .tokenFile(file)
            case (nil, let id?, let key?): source = .apiKey(id: id, key: key)
            case (nil, .some, nil): throw Self.half("BITFOUNT_API_KEY_ID", without: "BITFOUNT_API_KEY")
            case (nil, nil, .some): throw Self.half("BITFOUNT_API_KEY", without: "BITFOUNT_API_KEY_ID")
            case (nil, nil, nil): source = .tokenFile(paths.defaultTokenFile(username: username))
            }
        }
        if case .tokenFile = source {
        } else if username == nil {
            throw section.error("username", problem: "expected a Bitfount username: an API key does not name its owner")
        }
        try section.finish()
    }

    private static func secret(
        in name: String,
        _ environment: ConfigurationDocument
    ) throws(ConfigurationError) -> Secret? {
        guard let variable = environment.variable([name]) else { return nil }
        do {
            return try SecretText.read(variable.value).map(Secret.init)
        } catch {
            throw ConfigurationError(source: "$\(name)", problem: SecretText.Fault.problem)
        }
    }

    private static func half(_ name: String, without other: String) -> ConfigurationError {
        ConfigurationError(source: "$\(name)", problem: "half of an API key; expected $\(other) beside it")
    }
}
