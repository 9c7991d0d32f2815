// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// Machines and their certificates (bitfount-protocol.md, 11.5).
extension SandboxHub {
    func addComputeRoutes(to router: SandboxRouter) {
        router.put("api/compute/instances/:instance") { request, context in
            try await self.registerCompute(request, context)
        }
        router.post("api/compute/:compute/certificate") { request, context in
            try await self.requestCertificate(request, context)
        }
        router.get("api/compute/:compute/certificate") { request, context in
            let (_, compute) = try self.compute(request, context)
            return Response.json([
                "domain": .string(compute.domain), "status": .string(compute.certificateStatus),
            ])
        }
    }

    func register(_ instanceID: String, address: String, owner: String) -> HubCompute {
        state.change { state in
            let known = state.computes[instanceID].flatMap { $0.owner == owner ? $0 : nil }
            let id = known?.id ?? SandboxIDs.uuid()
            let compute =
                known
                ?? HubCompute(
                    id: id,
                    owner: owner,
                    domain: "\(address.replacing(".", with: "-").replacing(":", with: "-")).compute.invalid"
                )
            state.computes[instanceID] = compute
            return compute
        }
    }

    private func registerCompute(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let caller = try caller(request)
        let instanceID = try context.parameters.require("instance")
        guard UUID(uuidString: instanceID) != nil else { throw Refusal.badRequest("the instance id is no UUID") }
        let fields = try await request.jsonFields()
        try fields.allowOnly(["privateIpAddress", "clusterId"])
        let address = try fields.string("privateIpAddress")
        _ = try fields.optionalString("clusterId")
        let compute = register(instanceID, address: address, owner: caller.username)
        return Response.json(["computeId": .string(compute.id), "domain": .string(compute.domain)])
    }

    private func compute(_ request: Request, _ context: SandboxRequestContext) throws -> (String, HubCompute) {
        let caller = try caller(request)
        let id = try context.parameters.require("compute")
        let found = state.read { state in
            state.computes.first { $0.value.id == id && $0.value.owner == caller.username }
        }
        guard let found else { throw Refusal.notFound("no such compute") }
        return (found.key, found.value)
    }

    private func requestCertificate(_ request: Request, _ context: SandboxRequestContext) async throws -> Response {
        let (instanceID, compute) = try compute(request, context)
        let fields = try await request.jsonFields()
        try fields.allowOnly(["csrPem"])
        guard try fields.string("csrPem").contains("BEGIN CERTIFICATE REQUEST") else {
            throw Refusal.badRequest("csrPem is no certificate request")
        }
        guard compute.certificateStatus != "pending" else { throw Refusal(409, "a request is in progress") }
        state.change { $0.computes[instanceID]?.certificateStatus = "pending" }
        return Response.json(["domain": .string(compute.domain), "status": "pending"], status: .accepted)
    }
}
