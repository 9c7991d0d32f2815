// SPDX-License-Identifier: Apache-2.0

/// The token endpoint (flame-hub.md, 2.1).
extension FlameState {
    private static let wrongPassword = FlameRefusal(400, "invalid_credentials", "The user credentials are invalid.")
    private static let inactive = FlameRefusal(400, "entity_inactive", "The account is inactive.")

    /// Gives out a token for what is in the request.
    mutating func signIn(_ form: [String: String]) throws(FlameRefusal) -> JSONValue {
        switch form["grant_type"] {
        case "password":
            guard let name = form["username"], let password = form["password"] else { throw Self.wrongPassword }
            return try signIn(try user(name, password, try realm(form)), session: SandboxIDs.uuid(), isRenewable: true)
        case "refresh_token":
            return try refresh(form["refresh_token"] ?? "")
        case "client_credentials":
            return try signIn(try client(form), session: SandboxIDs.uuid(), isRenewable: false)
        case "robot_credentials" where release.isOld:
            return try signIn(try robot(form), session: SandboxIDs.uuid(), isRenewable: false)
        default:
            let message = "The provided grant type is not supported."
            throw FlameRefusal(400, "unsupported_token_grant_type", message, oauth: "unsupported_grant_type")
        }
    }

    /// The realm that is named, or the realm `master`.
    private func realm(_ form: [String: String]) throws(FlameRefusal) -> String {
        let found =
            if let id = form["realm_id"] {
                row("realms", id) ?? rows("realms", "name", id).first
            } else {
                rows("realms", "name", form["realm_name"] ?? "master").first
            }
        guard let found else { throw .notFound("realm") }
        return found.id
    }

    private func user(_ name: String, _ password: String, _ realm: String) throws(FlameRefusal) -> FlameActor {
        let row = rows("users", "name", name.lowercased()).first { $0.reference("realmId") == realm }
        guard let row, row["password"] == .string(password), let actor = actor(.user, row.id) else {
            throw Self.wrongPassword
        }
        guard row.flag("active") else { throw Self.inactive }
        return actor
    }

    private func client(_ form: [String: String]) throws(FlameRefusal) -> FlameActor {
        let wrong =
            release.isOld
            ? FlameRefusal(400, "invalid_credentials", "The client credentials are invalid.")
            : FlameRefusal(401, "invalid_client", "Client authentication failed", oauth: "invalid_client")
        guard let name = form["client_id"], let secret = form["client_secret"] else { throw wrong }
        let realm = try realm(form)
        let row =
            row("clients", name.lowercased())
            ?? rows("clients", "name", name.lowercased()).first { $0.reference("realmId") == realm }
        guard let row, row["secret"] == .string(secret), let actor = actor(.client, row.id) else { throw wrong }
        guard row.flag("active") else { throw Self.inactive }
        return actor
    }

    private func robot(_ form: [String: String]) throws(FlameRefusal) -> FlameActor {
        guard let id = form["id"], let secret = form["secret"], let row = row("robots", id.lowercased()),
            row["secret"] == .string(secret), let actor = actor(.robot, row.id)
        else { throw FlameRefusal(400, "invalid_credentials", "The robot credentials are invalid.") }
        guard row.flag("active") else { throw Self.inactive }
        return actor
    }

    private mutating func refresh(_ token: String) throws(FlameRefusal) -> JSONValue {
        guard let found = tokens.redeem(token, at: now()), let actor = actor(found.kind, found.id) else {
            throw FlameRefusal(400, "invalid_grant", "The JWT is invalid.", oauth: "invalid_grant")
        }
        return try signIn(actor, session: found.session, isRenewable: true)
    }

    private mutating func signIn(
        _ actor: FlameActor,
        session: String,
        isRenewable: Bool
    ) throws(FlameRefusal) -> JSONValue {
        let lifetime = switches.accessTokenLifetime
        var answer: [String: JSONValue] = [
            "expires_in": .integer(Int64(lifetime)), "token_type": "Bearer", "scope": "global",
        ]
        let token = SandboxIDs.secret(bytes: 32)
        let expiry = now() + Int64(lifetime) * 1000
        tokens.add(token, FlameTokens.Access(actor: actor, expiresAt: expiry, session: session))
        answer["access_token"] = .string(token)
        if isRenewable {
            let refresh = SandboxIDs.secret(bytes: 32)
            let expiry = now() + Int64(switches.refreshTokenLifetime) * 1000
            tokens.add(
                refresh,
                FlameTokens.Refresh(kind: actor.kind, id: actor.id, expiresAt: expiry, session: session)
            )
            answer["refresh_token"] = .string(refresh)
            answer["refresh_token_expires_in"] = .integer(Int64(switches.refreshTokenLifetime))
        }
        return .object(answer)
    }

    /// Whoever a bearer token was given to (flame-hub.md, 2.4).
    mutating func actor(bearer token: String?, at service: FlameService) throws(FlameRefusal) -> FlameActor {
        guard let token else { throw .signInNeeded }
        let found = tokens.access[token]
        if let found, found.expiresAt > now() { return found.actor }
        let (code, message) =
            found == nil ? ("invalid_token", "The JWT is invalid.") : ("expired_token", "The JWT is expired.")
        if service == .auth || release.isOld { throw FlameRefusal(400, code, message) }
        throw FlameRefusal(500, "internal_error", message)
    }
}
