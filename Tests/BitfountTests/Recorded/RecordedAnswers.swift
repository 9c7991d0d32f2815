// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import StrictJSON
import TestSupport

/// What the services answered to a recorded call: the recorded statuses, with bodies that fit them.
struct RecordedAnswers: Sendable {
    private let call: RecordedCall

    init(_ call: RecordedCall) {
        self.call = call
    }

    /// - Returns: nil where the connection was dropped.
    func answer(_ number: Int, _ request: ReceivedRequest, storage: String) -> ScriptedResponse? {
        guard number < call.requests.count, let status = call.requests[number]["status"]?.intValue else { return nil }
        guard (200..<300).contains(status) else { return ScriptedResponse(status, #"{"success":false}"#) }
        if isNotJSON { return ScriptedResponse(status, "this is not JSON") }
        if request.path.hasPrefix("/upload") { return ScriptedResponse(status) }
        if request.method == "PUT", request.path.hasPrefix("/schemas/") {
            let part = request.query.first { $0[0] == "partNumber" }.flatMap { Int($0[1]) } ?? 0
            let etag = call.requests.last?["body"]?["json"]["parts"][part - 1]["ETag"].stringValue ?? ""
            return ScriptedResponse(status, headers: [("ETag", "\"\(etag)\"")])
        }
        if request.path.hasPrefix("/schemas/") || request.path.hasPrefix("/models/")
            || request.path.hasPrefix("/weights/")
        {
            return ScriptedResponse(status, data: Data(storedObject(request.path)))
        }
        let body = String(decoding: (try? document(request).serialized()) ?? [], as: UTF8.self)
        return ScriptedResponse(status, body.replacing("<world>", with: storage))
    }

    private var isNotJSON: Bool {
        JSONValue.object(call.world)["faults"][0]["action"] == "nonjson"
            || JSONValue.object(call.world)["decisions"]["*"]["mode"] == "nonjson"
    }

    static let model = Array("class TinyModel:\n    pass\n".utf8)

    private func storedObject(_ path: String) -> [UInt8] {
        if path.hasPrefix("/models/") { return Self.model }
        return call.returns.fixtureBytes ?? [0x80]
    }

    private func document(_ request: ReceivedRequest) -> JSONValue {
        switch (request.method, request.path) {
        case ("GET", "/api/access-manager-key"):
            return ["accessManagerPublicKey": TestKeys.pem("other")]
        case ("GET", "/api/saml"):
            return ["samlRequest": "<request>", "id": "_0123456789abcdef"]
        case ("POST", "/api/access"):
            return verdict
        case ("GET", "/api/models") where !request.query.isEmpty:
            var details: JSONObject = [
                "modelDownloadUrl": "<world>/models/m?X-Amz-Expires=1&X-Amz-Signature=s",
                "modelHash": .string(ModelSource.hash(of: Self.model)),
                "modelVersion": 1,
            ]
            if call.returns != .null {
                details["weightsDownloadUrl"] = "<world>/weights/w?X-Amz-Expires=1&X-Amz-Signature=s"
            }
            return .object(details)
        case ("POST", "/api/pods"), ("POST", "/api/models"), ("PUT", "/api/models"):
            return uploadAnswer
        case ("GET", let path) where path.contains("/pods/"):
            if call.returns["podIdentifier"] != .null { return call.returns }
            return [
                "podIdentifier": "bob/clinic", "podPublicKey": TestKeys.openSSH("pod"),
                "schemaDownloadUrl": "<world>/schemas/s?X-Amz-Expires=1&X-Amz-Signature=s",
            ]
        case ("GET", let path) where path.hasSuffix("/datasets"):
            return ["linkedDatasets": call.returns]
        case ("GET", let path) where path.contains("/keys/"):
            return [
                "id": .string(path.components(separatedBy: "/").last ?? ""), "public_key": TestKeys.pem("modeller"),
                "active": .bool(call.returns != .null),
            ]
        case ("POST", let path) where path.hasSuffix("/keys"): return ["id": call.returns]
        case ("POST", "/api/projects"): return ["projectId": call.returns]
        case ("POST", "/api/compute-clusters"): return ["id": call.returns]
        default:
            return call.returns == .null ? ["success": true] : call.returns
        }
    }

    private var verdict: JSONValue {
        let decision = JSONValue.object(call.world)["decisions"]["*"]
        if decision["mode"] == "jsonlist" { return ["ACCEPT"] }
        let returned = call.returns.stringValue.map(JSONValue.string) ?? call.returns["response_type"]
        return ["code": decision["code"] == .null ? returned : decision["code"]]
    }

    private var uploadAnswer: JSONValue {
        var answer: JSONObject = ["success": true, "alreadyExisted": false, "version": 1]
        let upload = call.requests.dropFirst().first
        if upload?["method"] == "PUT" {
            let parts = call.requests.filter { $0["method"] == "PUT" }.count
            answer["uploadUrls"] = .array(
                (1...parts).map { .string("<world>/schemas/s?X-Amz-Signature=s&partNumber=\($0)&uploadId=u") }
            )
            answer["chunkSize"] = JSONValue.object(call.world)["hub"]["chunk_size"]
            answer["uploadId"] = "upload-1"
            answer["key"] = "schemas/s"
        } else {
            answer["uploadUrl"] = "<world>/upload"
            let fields = upload?["body"].map { $0["fields"] } ?? .null
            answer["uploadFields"] = fields == .null ? ["key": "k", "Policy": "p"] : fields
        }
        return .object(answer)
    }
}

/// The keys of the fixtures.
enum TestKeys {
    private static let keys = (try? JSONValue(parsing: Fixtures.data("bitfount/keys.json")))?["keys"] ?? .null

    static func pem(_ name: String) -> JSONValue { keys[name]["public_pem"] }
    static func openSSH(_ name: String) -> JSONValue { keys[name]["public_openssh"] }
}
