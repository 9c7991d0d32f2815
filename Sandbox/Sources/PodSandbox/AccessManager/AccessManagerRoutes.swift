// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension SandboxAccessManager {
    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        router.add(
            middleware: StandInMiddleware(log: log, faults: faults, collectsBody: { _ in true }) { refusal in
                ["error": .string(refusal.message)]
            }
        )
        router.get("api/access-manager-key") { request, _ in
            let credentials = try PresentedCredentials { name in
                HTTPField.Name(name).flatMap { request.headers[$0] }
            }
            guard credentials == nil else { throw Refusal.badRequest("credentials were sent where none belong") }
            return Response.json(["accessManagerPublicKey": .string(self.publicKey.openSSH)])
        }
        router.get("api/saml") { request, _ in try self.challenge(request) }
        router.post("api/access") { request, context in try await self.check(request, context) }
        return router
    }

    /// The user whose complete credentials came with the request (bitfount-protocol.md, 2.2).
    private func caller(_ request: Request) throws -> SandboxUser {
        let credentials = try PresentedCredentials { name in
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        guard let credentials, let user = directory.authenticate(credentials, form: .full) else {
            throw Refusal.unauthorised()
        }
        return user
    }

    private func challenge(_ request: Request) throws -> Response {
        let caller = try caller(request)
        guard request.query("idp") == "cli" else { throw Refusal.badRequest("idp must be cli") }
        let id = "_" + SandboxIDs.secret(bytes: 16)
        state.change { $0.samlRequests[id] = caller.username }
        return Response.json([
            "samlRequest": .string(SAMLRequestText.make(id: id, destination: try identityProvider.samlURL())),
            "id": .string(id),
        ])
    }

    private func check(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let idp = request.query("idp")
        guard idp == nil || idp == "cli" else { throw Refusal.badRequest("idp must be cli") }
        let check = try AccessCheck(try await request.jsonFields(), forSAML: idp != nil)
        state.change { $0.checks.append(check, capacity: Self.checkCapacity) }
        guard let halves = SandboxNames.halves(of: check.podIdentifier), halves.owner == caller.username,
            hub.isRegistered(owner: halves.owner, name: halves.name)
        else { throw Refusal.forbidden("\(check.podIdentifier) is not a pod of \(caller.username)") }

        let limits = state.read { $0.limits[check.modeller] }
        switch state.read({ $0.verdicts[check.modeller] }) {
        case .code(let code, let scriptedLimits):
            return Response.verdict(code, limits: scriptedLimits ?? limits)
        case .noCode:
            return Response.json(["limits": nil])
        case .fault(let fault):
            throw ScriptedFault(fault: fault)
        case nil:
            return Response.verdict(decide(check, caller: caller), limits: limits)
        }
    }
}

extension Response {
    fileprivate static func verdict(_ code: String, limits: [JSONValue]?) -> Response {
        .json(["code": .string(code), "limits": limits.map(JSONValue.array) ?? .null])
    }
}
