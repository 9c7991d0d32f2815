// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import HTTPTransport
import Logging

extension Agent {
    /// Logs in by device code and keeps the token.
    ///
    /// - Parameter show: Shows the address and the code to the person.
    /// - Returns: The username that logged in.
    /// - Throws: ``AgentFailure`` with `configuration` where an API key is configured instead.
    public static func login(
        _ configuration: AgentConfiguration,
        showing show: @Sendable (DeviceCodeLogin.Prompt) async -> Void
    ) async throws -> String {
        let credentials = try configuration.requiredCredentials()
        guard case .tokenFile(let file) = credentials.source else {
            throw AgentFailure(
                .configuration,
                "an API key is configured, so there is nothing to log in to",
                hint: "remove the API key to use a login"
            )
        }
        let services = try AgentClients(configuration)
        defer { services.http.shutdown() }
        let login = DeviceCodeLogin(
            environment: configuration.services.environment,
            file: TokenFile(url: file),
            username: credentials.username,
            http: services.http
        )
        return try await login.run(showing: show).username ?? "an unnamed user"
    }
}
