// SPDX-License-Identifier: Apache-2.0

/// A pairing of a user with a system of health records.
package struct SandboxPairing: Sendable {
    /// Its id.
    package let id: String
    /// The user.
    package let owner: String
    /// The system's FHIR base URL; nil while the pairing is not completed.
    package let resourceServer: String?
    /// The access token that sessions hand out.
    package let accessToken = SandboxIDs.secret()

    /// A pairing, completed if there is a resource server.
    package init(owner: String, resourceServer: String?) {
        id = SandboxIDs.uuid()
        self.owner = owner
        self.resourceServer = resourceServer
    }

    var document: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id), "ownerUsername": .string(owner), "createdAt": "2030-01-01T00:00:00.000Z",
            "updatedAt": "2030-01-01T00:00:00.000Z", "expiresAt": "2030-02-01T00:00:00.000Z",
        ]
        if let resourceServer {
            members["state"] = "paired"
            members["resourceServer"] = .string(resourceServer)
            members["remoteUser"] = "clerk"
        } else {
            members["state"] = "initialised"
            members["pairingCode"] = "0000-0000"
        }
        return .object(members)
    }
}
