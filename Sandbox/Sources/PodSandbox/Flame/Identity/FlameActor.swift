// SPDX-License-Identifier: Apache-2.0

/// Whoever a token was given to, with what they were allowed to do at that moment: the services keep the verdict until
/// the token expires (flame-hub.md, 2.4).
struct FlameActor: Sendable {
    enum Kind: String, Sendable {
        case user, client, robot

        /// The collection of the records of such actors.
        var collection: String { "\(rawValue)s" }
    }

    let kind: Kind
    let id: String
    let realmID: String
    let isOfMasterRealm: Bool
    let permissions: Set<String>

    func holds(_ permission: String) -> Bool { permissions.contains(permission) }

    /// Whether records of that realm may be written (flame-hub.md, 4.3).
    func mayWrite(realm: JSONValue) -> Bool {
        isOfMasterRealm || realm == .string(realmID)
    }

    func require(_ permission: String) throws(FlameRefusal) {
        guard holds(permission) else { throw .lacking(permission) }
    }

    func require(_ permission: String, realm: JSONValue, to action: String) throws(FlameRefusal) {
        try require(permission)
        guard mayWrite(realm: realm) else { throw .denied(action) }
    }
}
