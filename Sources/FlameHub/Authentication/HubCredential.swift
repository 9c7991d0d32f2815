// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

/// Who signs in, and with what (flame-hub.md, 2.1).
public struct HubCredential: Sendable {
    enum Kind: Sendable {
        case password(username: String, password: String)
        case client(id: String, secret: String)
        case robot(id: String, secret: String)
        case token(String)
    }

    let kind: Kind
    let realm: String?

    /// A user with a password. Renewed with refresh tokens; a refresh that fails falls back to the password.
    ///
    /// - Parameter realm: The id or name of the user's realm; without it, or with one that there is not, Auth looks in the realm
    ///   `master`.
    public static func password(username: String, password: String, realm: String? = nil) -> HubCredential {
        HubCredential(kind: .password(username: username, password: password), realm: realm)
    }

    /// A client with its secret: what a node signs in with from hub 0.8.22 on.
    ///
    /// - Parameters:
    ///   - id: The client's id or name. One that is a UUID is an id.
    ///   - realm: The id or name of the client's realm; needed if the client is named by a name that several realms have.
    public static func client(id: String, secret: String, realm: String? = nil) -> HubCredential {
        HubCredential(kind: .client(id: id, secret: secret), realm: HubID<Client>(id) == nil ? realm : nil)
    }

    /// A robot with its secret: what a node signs in with on older hubs. Gone from hub 0.12.4 on.
    public static func robot(id: String, secret: String) -> HubCredential {
        HubCredential(kind: .robot(id: id, secret: secret), realm: nil)
    }

    /// An access token that somebody else obtained. It can't be renewed.
    public static func token(_ accessToken: String) -> HubCredential {
        HubCredential(kind: .token(accessToken), realm: nil)
    }

    /// The body of the token request. The robot's keys are named differently from the client's; OAuth's names stay in
    /// snake case on every hub. `nil` for a token that is there already.
    var grant: JSONObject? {
        var grant: JSONObject
        switch kind {
        case .password(let username, let password):
            grant = ["grant_type": "password", "username": .string(username), "password": .string(password)]
        case .client(let id, let secret):
            grant = ["grant_type": "client_credentials", "client_id": .string(id), "client_secret": .string(secret)]
        case .robot(let id, let secret):
            grant = ["grant_type": "robot_credentials", "id": .string(id), "secret": .string(secret)]
        case .token: return nil
        }
        // Every version of Auth reads this one, also for a name; a client's grant reads no other (flame-hub-differences.md, A1).
        if let realm { grant["realm_id"] = .string(realm) }
        return grant
    }

    /// What the credential is called in messages.
    var name: String {
        switch kind {
        case .password: "password"
        case .client: "client secret"
        case .robot: "robot secret"
        case .token: "token"
        }
    }
}

extension HubCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of credential, without anything of it.
    public var description: String { "HubCredential(\(name))" }
    /// The kind of credential, without anything of it.
    public var debugDescription: String { description }
    /// The kind of credential, without anything of it.
    public var customMirror: Mirror { Mirror(self, children: ["kind": name]) }
}
