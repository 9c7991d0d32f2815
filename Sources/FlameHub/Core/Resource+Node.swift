// SPDX-License-Identifier: Apache-2.0

extension Resource where Record == Node {
    /// What a node fetches its images with (flame-hub.md, 4.4). Needs hub 0.11.5.
    public func registryCredentials(of id: HubID<Node>) async throws(FlameHubError) -> RegistryCredentials {
        try await access.require(.registryCredentials, for: "Reading the registry credentials of a node")
        return try access.decode(
            RegistryCredentials.self,
            from: await access.send(.get("\(path(id))/registry/credentials"))
        )
    }

    /// What a node signs in with. Needs hub 0.11.4.
    public func clientCredentials(of id: HubID<Node>) async throws(FlameHubError) -> ClientCredentials {
        try await ClientCredentialsEndpoint(access: access, owner: path(id)).read()
    }

    /// Gives a node a new secret. Needs hub 0.11.4.
    ///
    /// The secret changes in any case, also if only a name is given. Keep a secret of your own before you send it, and
    /// the old one until a token was obtained with the new one: then a lost reply is harmless.
    ///
    /// - Parameters:
    ///   - secret: The new secret; the Hub makes one up if it is left out.
    ///   - name: A new name for the client.
    ///   - displayName: A new name for people.
    public func rotateClientCredentials(
        of id: HubID<Node>,
        secret: String? = nil,
        name: String? = nil,
        displayName: String? = nil
    ) async throws(FlameHubError) -> ClientCredentials {
        try await ClientCredentialsEndpoint(access: access, owner: path(id))
            .rotate(secret: secret, name: name, displayName: displayName)
    }
}
