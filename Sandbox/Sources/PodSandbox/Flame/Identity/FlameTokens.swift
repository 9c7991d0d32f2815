// SPDX-License-Identifier: Apache-2.0

/// The tokens that Auth gave out.
struct FlameTokens: Sendable {
    struct Access: Sendable {
        let actor: FlameActor
        /// In milliseconds since 1970.
        let expiresAt: Int64
        let session: String
    }

    struct Refresh: Sendable {
        let kind: FlameActor.Kind
        let id: String
        let expiresAt: Int64
        let session: String
        var isUsed = false
    }

    private(set) var access: [String: Access] = [:]
    private(set) var refresh: [String: Refresh] = [:]

    mutating func add(_ token: String, _ access: Access) { self.access[token] = access }

    mutating func add(_ token: String, _ refresh: Refresh) { self.refresh[token] = refresh }

    /// Takes a refresh token. One that was used before ends its whole session.
    mutating func redeem(_ token: String, at time: Int64) -> Refresh? {
        guard let found = refresh[token], found.expiresAt > time else { return nil }
        guard !found.isUsed else {
            access = access.filter { $0.value.session != found.session }
            refresh = refresh.filter { $0.value.session != found.session }
            return nil
        }
        refresh[token]?.isUsed = true
        return found
    }

    /// Makes tokens of an actor worthless, as when its record is gone.
    mutating func revoke(_ id: String) {
        access = access.filter { $0.value.actor.id != id }
        refresh = refresh.filter { $0.value.id != id }
    }

    /// Makes all access tokens worthless.
    mutating func revokeAccess() { access = [:] }
}
