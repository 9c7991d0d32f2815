// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
public import StrictJSON

extension HubClient {
    /// The keys with which the Hub signs what it sends to pods. Asked for without credentials.
    ///
    /// - Returns: at most ``maximumSigningKeys`` keys.
    public func signingKeys() async throws(BitfountError) -> [SigningKey] {
        struct Answer: Decodable { let keys: [SigningKey] }
        let call = ServiceCall(.get, ["api", "hub-public-keys", "jwks"], timeout: .seconds(20))
        let keys = try await anonymous.send(call, expecting: [200]).decoded(as: Answer.self).keys
        return Array(keys.prefix(Self.maximumSigningKeys))
    }

    /// How many signing keys are looked at. The SDK keeps as many.
    public static let maximumSigningKeys = 16

    /// Publishes a key of the caller under a well-known address of the Hub, for a system that checks the caller's tokens.
    ///
    /// - Parameters:
    ///   - jwk: the public key as a JSON Web Key.
    ///   - issuer: who the tokens say they are from.
    ///   - clientID: the caller's client id at that system.
    /// - Returns: the address.
    public func publishKey(_ jwk: JSONObject, issuer: String, clientID: String) async throws(BitfountError) -> String {
        struct Answer: Decodable { let jwksUriWellKnown: String }
        let call = try ServiceCall(
            .put,
            ["api", "ehr", "jwks", try await session.username()],
            json: ["jwk": .object(jwk), "issuer": .string(issuer), "clientId": .string(clientID)],
            timeout: .seconds(60)
        )
        return try await service.send(call, expecting: .anySuccess).decoded(as: Answer.self).jwksUriWellKnown
    }
}
