// SPDX-License-Identifier: Apache-2.0

/// Realms, users, roles, permissions, clients and robots (flame-hub.md, 4.11).
extension FlameRules {
    static let realms = auth("realm", isOfRealm: false)
    static let permissions = auth("permission")
    static let roles = auth("role")

    static let users: FlameRules = {
        var rules = auth("user")
        rules.deleted = { state, row in state.tokens.revoke(row.id) }
        return rules
    }()

    static let clients = account("client")
    static let robots = account("robot")

    /// A client or robot: whoever has a secret.
    private static func account(_ kind: String) -> FlameRules {
        var rules = auth(kind)
        let base = rules
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            try base.create(&state, &values, actor)
            if values["secret"] == nil { values["secret"] = .string(SandboxIDs.secret(bytes: 32)) }
        }
        rules.deleted = { state, row in
            state.tokens.revoke(row.id)
            state.grants[row.id] = nil
        }
        rules.reveal = { (_, row, actor) throws(FlameRefusal) in
            guard actor.id == row.id || actor.holds("\(kind)_update") && actor.mayWrite(realm: row["realmId"]) else {
                throw .denied("read the secret of this \(kind)")
            }
        }
        return rules
    }

    private static func auth(_ kind: String, isOfRealm: Bool = true) -> FlameRules {
        var rules = FlameRules()
        rules.create = { (_, values, actor) throws(FlameRefusal) in
            let realm = isOfRealm ? values["realmId"] ?? .string(actor.realmID) : .string(actor.realmID)
            try actor.requireAuth("\(kind)_create", realm: realm)
            if isOfRealm { values["realmId"] = realm }
        }
        rules.update = { (_, row, _, actor) throws(FlameRefusal) in
            try actor.requireAuth("\(kind)_update", realm: isOfRealm ? row["realmId"] : .string(row.id))
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.requireAuth("\(kind)_delete", realm: isOfRealm ? row["realmId"] : .string(row.id))
            guard !row.flag("builtIn") else { throw .badRequest("A built-in \(kind) can't be deleted.") }
        }
        return rules
    }

    /// What gives permissions and roles: only those that the giver has.
    static func junction(_ name: String, _ owner: String, _ given: String) -> FlameRules {
        let permission = name.dropLast().replacing("-", with: "_")
        var rules = FlameRules()
        rules.create = { (state, values, actor) throws(FlameRefusal) in
            let ownerRow = state.row("\(owner)s", values["\(owner)Id"]?.stringValue)
            let givenRow = state.row("\(given)s", values["\(given)Id"]?.stringValue)
            try actor.requireAuth("\(permission)_create", realm: ownerRow?["realmId"] ?? .null)
            guard let ownerRow, let givenRow else { return }
            let hasIt =
                given == "permission"
                ? actor.holds(givenRow.text("name")) : actor.isOfMasterRealm || state.hasRole(actor, givenRow.id)
            guard hasIt else { throw .denied("give a \(given) that is not your own") }
            values["\(owner)RealmId"] = ownerRow["realmId"]
            values["\(given)RealmId"] = givenRow["realmId"]
        }
        rules.delete = { (_, row, actor) throws(FlameRefusal) in
            try actor.requireAuth("\(permission)_delete", realm: row["\(owner)RealmId"])
        }
        return rules
    }
}

extension FlameActor {
    /// Auth answers 403 whatever is missing (flame-hub.md, 7.2).
    fileprivate func requireAuth(_ permission: String, realm: JSONValue) throws(FlameRefusal) {
        guard holds(permission), mayWrite(realm: realm) else {
            throw FlameRefusal(403, "permission_denied", "The permission \(permission) is missing.")
        }
    }
}
