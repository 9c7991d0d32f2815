// SPDX-License-Identifier: Apache-2.0

import StrictJSON

extension Resource where Record == Analysis {
    /// Tells an analysis to do something (flame-hub.md, 4.6).
    ///
    /// - Returns: The analysis as it is then; much of what a command starts goes on in the background.
    /// - Throws: ``FlameHubError/Code/unsupported`` if this hub does not know the command.
    @discardableResult
    public func send(_ command: AnalysisCommand, to id: HubID<Analysis>) async throws(FlameHubError) -> Analysis {
        guard command.isKnown(to: try await access.profile()) else {
            throw FlameHubError(.unsupported, "This hub does not know the command \(command.rawValue).")
        }
        let body: JSONObject = ["command": .string(command.rawValue)]
        let response = try await access.send(.post("\(path(id))/command", body, mayRepeat: false))
        return try record(ResourceRow(.object(try access.reader.object(response))))
    }

    /// What an analysis signs in with. Needs hub 0.11.4.
    public func clientCredentials(of id: HubID<Analysis>) async throws(FlameHubError) -> ClientCredentials {
        try await ClientCredentialsEndpoint(access: access, owner: path(id)).read()
    }

    /// Gives an analysis a new secret. Needs hub 0.11.4, which ignores the names.
    ///
    /// - Parameter secret: The new secret; the Hub makes one up if it is left out.
    public func rotateClientCredentials(
        of id: HubID<Analysis>,
        secret: String? = nil
    ) async throws(FlameHubError) -> ClientCredentials {
        try await ClientCredentialsEndpoint(access: access, owner: path(id))
            .rotate(secret: secret, name: nil, displayName: nil)
    }
}
