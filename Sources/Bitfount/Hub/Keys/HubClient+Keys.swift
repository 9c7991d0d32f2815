// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import HTTPTransport
import StrictJSON

extension HubClient {
    /// Registers a public key of the caller, with which the caller's tasks can be signed.
    ///
    /// - Returns: the Hub's id of the key.
    public func registerUserKey(_ key: RSAPublicKey) async throws(BitfountError) -> String {
        struct Answer: Decodable { let id: ResourceID }
        let call = try ServiceCall(
            .post,
            ["api", try await session.username(), "keys"],
            query: [("version", "2")],
            json: ["key": .string(key.openSSH)],
            timeout: .seconds(10)
        )
        return try await service.send(call, expecting: .anySuccess).decoded(as: Answer.self).id.text
    }

    /// A registered public key, active or not.
    ///
    /// - Parameter username: whose key; nil for the caller's own.
    /// - Returns: nil if the Hub does not know it.
    public func userKey(_ id: String, of username: String? = nil) async throws(BitfountError) -> UserKey? {
        let owner: String
        if let username { owner = username } else { owner = try await session.username() }
        let response = try await service.send(ServiceCall(.get, ["api", owner, "keys", id], timeout: .seconds(20)))
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw response.failure() }
        return try response.decoded(as: UserKey.self)
    }

    /// A registered public key whose signatures count.
    ///
    /// - Returns: nil if the Hub does not know it, or it is not active.
    public func activeUserKey(_ id: String, of username: String? = nil) async throws(BitfountError) -> UserKey? {
        guard let key = try await userKey(id, of: username), key.isActive else { return nil }
        return key
    }
}
