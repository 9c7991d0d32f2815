// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import BitfountTasks
import Foundation
import MessagePack
import Testing

@testable import TaskFlow

@Suite("Evaluation")
struct EvaluatorTests {
    private func task(_ request: ModellerRequest = ModellerRequest()) async throws -> TaskRequest {
        try #require(try await request.intake().request)
    }

    @Test("ACCEPT authorises the task and hands on the limits", arguments: Generation.allCases)
    func accept(generation: Generation) async throws {
        let scene = try EvaluationScene { _, _ in
            .response(
                status: 200,
                body: """
                    {"code": "ACCEPT", "limits": [{"resourceType": "MODEL_INFERENCE", "resourceName": "bob/m:1",
                    "limit": 5, "totalUsage": 2, "modelDownloadUrl": "https://signed.example/secret"}]}
                    """
            )
        }
        let task = try await task(ModellerRequest(generation: generation))
        let evaluation = await scene.evaluate(task)
        let authorised = try #require(evaluation.authorised)
        #expect(authorised.limits.map(\.resourceName) == ["bob/m:1"])
        #expect(evaluation.reason == .accepted)
        #expect(evaluation.by == .accessManager)
        #expect(evaluation.method == .signature)
        #expect(evaluation.policy.result == .notApplicable)
        #expect(evaluation.accessManager?.status == 200)
        #expect(evaluation.accessManager?.code == "ACCEPT")
        #expect(evaluation.accessManager?.limitsSHA256?.count == 64)
        #expect(evaluation.accessManager?.milliseconds == 0)
    }

    @Test("The Access Manager is asked about what was decrypted, for the resolved target")
    func question() async throws {
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        var request = ModellerRequest()
        request.protocolDocument["algorithm"] = [
            "class_name": "bitfount.SqlQuery", "model": ["class_name": "m", "schema": ["x"], "rate": 1.0],
        ]
        let task = try await task(request)
        _ = await scene.evaluate(task)
        let asked = try #require(scene.accessManager.requests.first)
        #expect(scene.accessManager.requests.count == 1)
        #expect(asked.line == "POST /api/access")
        let json = asked.json
        #expect(json["podIdentifier"] as? String == "acme/ward")
        #expect(json["modellerName"] as? String == "alice")
        #expect(json["projectId"] as? String == "project-1")
        #expect(json["identityProvider"] as? String == "SIGNATURE")
        #expect(json["publicKeyId"] as? String == "key-1")
        #expect(json["unsignedTask"] as? String == Data(task.outer.encryptedRequest).base64EncodedString())
        let signature = try #require(task.outer.signature)
        #expect(json["taskSignature"] as? String == Data(signature).base64EncodedString())
        let text = String(decoding: asked.body, as: UTF8.self)
        let algorithm = #""algorithm":{"class_name":"bitfount.SqlQuery","model":{"class_name":"m","rate":1.0}}"#
        #expect(text.contains(#""modellerProtocolRequest":{"class_name":"bitfount.ResultsOnly",\#(algorithm)}"#))
    }

    @Test(
        "Every other code refuses, and is recorded as it came",
        arguments: [
            ("NO_ACCESS", DecisionReason.accessManagerNoAccess, RejectCode.noAccess),
            ("UNAUTHORISED", .accessManagerUnauthorised, .unauthorised),
            ("INVALID_PROOF_OF_IDENTITY", .accessManagerInvalidProof, .invalidProofOfIdentity),
            ("PERHAPS", .accessManagerUnknownCode, .noAccess),
            ("accept", .accessManagerUnknownCode, .noAccess),
        ]
    )
    func otherCodes(code: String, reason: DecisionReason, told: RejectCode) async throws {
        let scene = try EvaluationScene.accessManagerSays(code)
        let evaluation = await scene.evaluate(try await task())
        #expect(evaluation.reason == reason)
        #expect(evaluation.rejection?.code == told)
        #expect(evaluation.accessManager?.code == code)
    }

    @Test(
        "Answers that are no verdict refuse",
        arguments: [
            (#"{}"#, DecisionReason.accessManagerMissingCode),
            (#"{"code": null}"#, .accessManagerMissingCode),
            (#"{"code": true}"#, .accessManagerMissingCode),
            (#"{"code": ["ACCEPT"]}"#, .accessManagerMissingCode),
            (#"{"Code": "ACCEPT"}"#, .accessManagerMissingCode),
            (#"{"code": "ACCEPT\n"}"#, .accessManagerUnknownCode),
            (#"["ACCEPT"]"#, .accessManagerMalformed),
            (#""ACCEPT""#, .accessManagerMalformed),
            ("ACCEPT", .accessManagerMalformed),
            ("", .accessManagerMalformed),
            (#"{"code": "ACCEPT""#, .accessManagerMalformed),
        ]
    )
    func noVerdict(body: String, reason: DecisionReason) async throws {
        let scene = try EvaluationScene { _, _ in .response(status: 200, body: body) }
        let evaluation = await scene.evaluate(try await task())
        #expect(evaluation.authorised == nil)
        #expect(evaluation.reason == reason)
        #expect(evaluation.accessManager?.status == 200)
    }

    @Test("An unknown code can't forge a line of the log")
    func hostileCode() async throws {
        let scene = try EvaluationScene.accessManagerSays(#"A\n\u001b[0m"# + String(repeating: "x", count: 100))
        let record = try #require(await scene.evaluate(try await task()).accessManager)
        #expect(record.code == "A??[0m" + String(repeating: "x", count: 58))
    }

    @Test(
        "A status that is not 200 refuses at once, whatever the body says",
        arguments: [201, 204, 301, 400, 401, 403, 404]
    )
    func refusedByStatus(status: Int) async throws {
        let scene = try EvaluationScene { _, _ in .response(status: status, body: #"{"code": "ACCEPT"}"#) }
        let evaluation = await scene.evaluate(try await task())
        #expect(evaluation.authorised == nil)
        #expect(evaluation.reason == .accessManagerRefused)
        #expect(evaluation.rejection?.code == .noProofOfIdentity)
        #expect(evaluation.accessManager?.status == status)
    }

    @Test("Pods that are not approved refuse before anybody is asked")
    func unapprovedPods() async throws {
        var request = ModellerRequest(protocolDocument: ModellerRequest.secureProtocol)
        request.podMailboxIDs["bob/x"] = "w2"
        request.podIdentifiers.append("bob/x")
        let task = try await task(request)

        let refusing = try EvaluationScene.accessManagerSays("ACCEPT")
        let refusal = await refusing.evaluate(task)
        #expect(refusal.reason == .unapprovedPods)
        #expect(refusal.by == .policy)
        #expect(refusal.rejection?.code == .noAccess)
        #expect(refusal.rejection?.details == [])
        #expect(refusal.policy.result == .refused(unapprovedPods: ["bob/x"]))
        #expect(refusal.accessManager == nil)
        #expect(refusing.accessManager.requests.isEmpty)

        let approving = try EvaluationScene.accessManagerSays("ACCEPT", approvedPods: ["bob/x"])
        let approval = await approving.evaluate(task)
        #expect(approval.authorised != nil)
        #expect(approval.policy.result == .passed)
    }

    @Test("Without secure aggregation other pods are not examined")
    func ordinaryAggregation() async throws {
        var request = ModellerRequest()
        request.podMailboxIDs["bob/x"] = "w2"
        request.podIdentifiers.append("bob/x")
        let scene = try EvaluationScene.accessManagerSays("ACCEPT")
        #expect(await scene.evaluate(try await task(request)).authorised != nil)
    }
}
