// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import HTTPTransport
import Logging

extension Agent {
    /// Logs in by device code and keeps the token.
    ///
    /// - Parameter show: Shows the address and the code to the person.
    /// - Returns: The username that logged in, and whose the login was before, if that was somebody else.
    /// - Throws: ``AgentFailure`` with `configuration` where an API key is configured instead.
    public static func login(
        _ configuration: AgentConfiguration,
        showing show: @Sendable (DeviceCodeLogin.Prompt) async -> Void
    ) async throws -> (username: String, before: String?) {
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
        let environment = configuration.services.environment
        let tokens = TokenFile(url: file)
        let before = tokens.load(for: LoginSettings(environment: environment))?.username
        let login = DeviceCodeLogin(
            environment: environment,
            file: tokens,
            username: credentials.username,
            http: services.http
        )
        let username = try await login.run(showing: show).username ?? "an unnamed user"
        return (username, before == username ? nil : before)
    }
}
