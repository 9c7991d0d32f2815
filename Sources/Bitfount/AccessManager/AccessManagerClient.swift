// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import Foundation
public import HTTPTransport
public import StrictJSON

/// The Access Manager: says whether a modeller may run a task on a dataset (bitfount-protocol.md, 4).
///
/// Every call fails with a ``BitfountError`` unless a well-formed answer with status 200 came; a verdict is never made up.
public struct AccessManagerClient: Sendable {
    private let service: Service
    private let anonymous: Service

    /// The Access Manager of the session's environment.
    public init(session: BitfountSession, http: HTTPClient) {
        let base = session.environment.accessManager
        service = Service(base: base, session: session, http: http)
        anonymous = Service(base: base, session: nil, http: http)
    }

    /// The Access Manager's public key, which registration echoes to the Hub. Asked for without credentials.
    public func publicKey() async throws(BitfountError) -> RSAPublicKey {
        struct Answer: Decodable { let accessManagerPublicKey: String }
        let call = ServiceCall(.get, ["api", "access-manager-key"], timeout: .seconds(5))
        let response = try await anonymous.send(call, expecting: [200])
        let text = try response.decoded(as: Answer.self).accessManagerPublicKey
        do {
            return try RSAPublicKey(text)
        } catch {
            throw response.failure(.malformedResponse, "The Access Manager's key is not an RSA key", underlying: error)
        }
    }

    /// Starts a SAML proof of identity. Only modellers of the first generation know SAML.
    public func samlChallenge() async throws(BitfountError) -> SAMLChallenge {
        let call = ServiceCall(.get, ["api", "saml"], query: [("idp", "cli")], timeout: .seconds(10))
        return try await service.send(call, expecting: [200]).decoded()
    }

    /// Asks about a task whose sender proved an identity with SAML.
    ///
    /// - Parameters:
    ///   - response: the form that the modeller's browser posted back, unchanged. None of its keys can replace a field
    ///     that the agent states itself.
    ///   - challenge: what ``samlChallenge()`` returned for this very exchange.
    public func checkSAML(
        _ request: AccessRequest,
        response: JSONObject,
        challenge: SAMLChallenge
    ) async throws(BitfountError) -> AccessVerdict {
        let body = try request.body(
            identityProvider: "SAML",
            modellerFields: response,
            proof: ["originalSAMLRequestID": .string(challenge.id.reveal())]
        )
        return try await check(body, query: [("idp", "cli")])
    }

    /// Asks about a task whose sender proved an identity with OIDC.
    ///
    /// - Parameter modellerToken: the access token that the modeller's code or device code was exchanged for.
    public func checkOIDC(
        _ request: AccessRequest,
        modellerToken: Secret
    ) async throws(BitfountError) -> AccessVerdict {
        let proof: JSONObject = ["modellerToken": .string(modellerToken.reveal())]
        return try await check(try request.body(identityProvider: "OIDC", proof: proof))
    }

    /// Asks about a task that its sender signed.
    ///
    /// - Parameters:
    ///   - encryptedRequest: the inner request as it was encrypted, which is what is signed.
    ///   - signature: the signature over it.
    ///   - keyID: the id of the modeller's key at the Hub, if the request names one.
    public func checkSignature(
        _ request: AccessRequest,
        encryptedRequest: [UInt8],
        signature: [UInt8],
        keyID: String?
    ) async throws(BitfountError) -> AccessVerdict {
        let proof: JSONObject = [
            "unsignedTask": .string(Data(encryptedRequest).base64EncodedString()),
            "taskSignature": .string(Data(signature).base64EncodedString()),
            "publicKeyId": JSONValue(keyID),
        ]
        return try await check(try request.body(identityProvider: "SIGNATURE", proof: proof))
    }

    private func check(_ body: [UInt8], query: [(String, String)] = []) async throws(BitfountError) -> AccessVerdict {
        var call = ServiceCall(.post, ["api", "access"], query: query, timeout: .seconds(10))
        call.body = .json(body)
        let response = try await service.send(call, expecting: [200])
        return AccessVerdict(try response.object(), status: response.status)
    }
}
