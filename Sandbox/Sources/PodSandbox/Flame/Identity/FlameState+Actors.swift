// SPDX-License-Identifier: Apache-2.0

extension FlameState {
    /// The actor behind a record, with its permissions of now; nil if there is none.
    func actor(_ kind: FlameActor.Kind, _ id: String) -> FlameActor? {
        guard let row = row(kind.collection, id), let realm = row.reference("realmId") else { return nil }
        return FlameActor(
            kind: kind,
            id: id,
            realmID: realm,
            isOfMasterRealm: self.row("realms", realm)?["name"] == "master",
            permissions: permissions(of: kind, id)
        )
    }

    /// The names of the permissions that were given to an actor, directly and through roles.
    private func permissions(of kind: FlameActor.Kind, _ id: String) -> Set<String> {
        let key = "\(kind.rawValue)Id"
        var permissionIDs = rows("\(kind.rawValue)-permissions", key, id).compactMap { $0.reference("permissionId") }
        for role in rows("\(kind.rawValue)-roles", key, id).compactMap({ $0.reference("roleId") }) {
            permissionIDs += rows("role-permissions", "roleId", role).compactMap { $0.reference("permissionId") }
        }
        return (grants[id] ?? []).union(permissionIDs.compactMap { row("permissions", $0)?.text("name") })
    }

    /// Whether an actor itself has the role that it hands on.
    func hasRole(_ actor: FlameActor, _ role: String) -> Bool {
        rows("\(actor.kind.rawValue)-roles", "\(actor.kind.rawValue)Id", actor.id)
            .contains { $0.reference("roleId") == role }
    }
}
