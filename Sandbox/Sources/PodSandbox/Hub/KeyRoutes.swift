// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import Hummingbird

/// Users' public keys, and the keys that the Hub itself signs with (bitfount-protocol.md, 3.8 and 11.3).
extension SandboxHub {
    func addKeyRoutes(to router: SandboxRouter) {
        router.post("api/:username/keys") { request, context in try await self.addKey(request, context) }
        router.get("api/:username/keys/:key") { request, context in try self.showKey(request, context) }
        router.get("api/hub-public-keys/jwks") { request, _ in try self.showSigningKeys(request) }
        router.put("api/ehr/jwks/:username") { request, context in try await self.putHealthRecordKey(request, context) }
    }

    private func addKey(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let username = try context.parameters.require("username")
        guard username == caller.username else { throw Refusal.forbidden("not your account") }
        guard request.query("version") == "2" else { throw Refusal.badRequest("version must be 2") }
        let fields = try await request.jsonFields()
        try fields.allowOnly(["key"])
        let key = try RSAPublicKey(PodRegistrationFields.publicKey(fields, "key"))
        return Response.json(["id": .string(addKey(key, of: username))], status: .created)
    }

    private func showKey(_ request: Request, _ context: SandboxRequestContext) throws -> Response {
        _ = try caller(request)
        let username = try context.parameters.require("username")
        let id = try context.parameters.require("key")
        guard let key = state.read({ $0.keys[username]?[id] }) else { throw Refusal.notFound("no such key") }
        return Response.json(["public_key": .string(key.pem), "id": .string(key.id), "active": .bool(key.isActive)])
    }

    private func showSigningKeys(_ request: Request) throws -> Response {
        let keys = try signingKeys.sorted { $0.key < $1.key }.map { id, line -> JSONValue in
            let key = try OpenSSHKeyNumbers(line)
            return [
                "kty": "RSA", "use": "sig", "kid": .string(id), "alg": "PS256",
                "n": .string(key.modulus.base64URL), "e": .string(key.exponent.base64URL),
            ]
        }
        return Response.json(["keys": .array(keys)])
    }

    private func putHealthRecordKey(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        guard try context.parameters.require("username") == caller.username else {
            throw Refusal.forbidden("not your account")
        }
        let fields = try await request.jsonFields()
        try fields.allowOnly(["jwk", "issuer", "clientId"])
        _ = try fields.string("issuer")
        _ = try fields.string("clientId")
        let jwk = JSONValue.object(try fields.object("jwk"))
        state.change { $0.healthRecordKeys[caller.username] = jwk }
        let base = try url.absoluteString
        return Response.json(["jwksUriWellKnown": .string("\(base)/api/ehr/jwks/\(caller.username)")])
    }
}
