// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// `PATCH /api/pods` (bitfount-protocol.md, 6.1).
extension SandboxHub {
    func heartbeat(_ request: Request) async throws -> Response {
        let caller = try caller(request)
        let fields = try await request.jsonFields()
        try fields.allowOnly([
            "name", "names", "podPublicKey", "instanceId", "sdkVersion", "isBusy", "isEhrConfigured",
            "isEhrConnected", "clusterId", "privateIpAddress", "datasourceHealth",
        ])
        let names = try datasetNames(fields)
        let publicKey = try fields.optionalString("podPublicKey")
        if let instanceID = try fields.optionalString("instanceId"), UUID(uuidString: instanceID) == nil {
            throw Refusal.badRequest("instanceId is not a UUID")
        }
        for name in ["sdkVersion", "clusterId", "privateIpAddress"] { _ = try fields.optionalString(name) }
        for name in ["isBusy", "isEhrConfigured", "isEhrConnected"] { _ = try fields.optionalBoolean(name) }

        let now = Date()
        try state.change { state in
            for identifier in names.map({ "\(caller.username)/\($0)" }) {
                guard let pod = state.pods[identifier], !pod.isArchived else {
                    throw Refusal.notFound("there is no pod \(identifier)")
                }
                guard publicKey == nil || publicKey == pod.publicKey else {
                    throw Refusal.badRequest("podPublicKey is not the key that \(identifier) was registered with")
                }
                state.pods[identifier]?.heartbeats.append(now, capacity: RegisteredPod.maximumHeartbeats)
            }
        }
        var answer: [String: JSONValue] = ["success": true, "message": "heartbeat"]
        if let address = try fields.optionalString("privateIpAddress") {
            let instanceID = try fields.string("instanceId")
            let compute = register(instanceID, address: address, owner: caller.username)
            answer["computeId"] = .string(compute.id)
            answer["domain"] = .string(compute.domain)
        }
        return Response.json(.object(answer))
    }

    /// The datasets a heartbeat is for, once each.
    private func datasetNames(_ fields: JSONFields) throws(Refusal) -> Set<String> {
        var names: Set<String> = []
        if fields.members["names"] != nil { names.formUnion(try fields.strings("names")) }
        if fields.members["datasourceHealth"] != nil {
            for item in try fields.array("datasourceHealth") { names.insert(try Self.healthName(item)) }
        }
        if names.isEmpty, acceptsSingleNameHeartbeat, fields.members["name"] != nil {
            names.insert(try fields.string("name"))
        }
        guard !names.isEmpty else { throw .badRequest("neither names nor datasourceHealth is given") }
        return names
    }

    private static func healthName(_ item: JSONValue) throws(Refusal) -> String {
        guard let members = item.objectValue else { throw .badRequest("datasourceHealth has something else in it") }
        let health = JSONFields(members)
        try health.allowOnly(["name", "status", "error_code", "message"])
        let status = try health.string("status")
        guard ["healthy", "unhealthy", "unknown"].contains(status) else {
            throw .badRequest("status '\(status)' is unknown")
        }
        if status != "healthy" { _ = try health.string("error_code") }
        _ = try health.optionalString("message")
        return try health.string("name")
    }
}
