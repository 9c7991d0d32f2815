// SPDX-License-Identifier: Apache-2.0

import StrictJSON

/// The credentials of the client of a node or an analysis. Their replies are never enveloped (flame-hub.md, 4.4).
struct ClientCredentialsEndpoint {
    let access: ServiceAccess
    /// The path of the node or the analysis.
    let owner: String

    func read() async throws(FlameHubError) -> ClientCredentials {
        try await require()
        return try await reply(.get(path))
    }

    func rotate(secret: String?, name: String?, displayName: String?) async throws(FlameHubError) -> ClientCredentials {
        try await require()
        let naming = try await access.profile().naming
        var body = JSONObject()
        body["secret"] = secret.map(JSONValue.string)
        body["name"] = name.map(JSONValue.string)
        body[naming.spelling(of: "displayName")] = displayName.map(JSONValue.string)
        // Without a secret each call makes another one, so only a given one may be sent again.
        return try await reply(.post(path, body, mayRepeat: secret != nil))
    }

    private var path: String { "\(owner)/client/credentials" }

    private func require() async throws(FlameHubError) {
        try await access.require(.clientCredentials, for: "Reading and rotating the credentials of a client")
    }

    private func reply(_ request: HubRequest) async throws(FlameHubError) -> ClientCredentials {
        try access.decode(ClientCredentials.self, from: await access.send(request))
    }
}
