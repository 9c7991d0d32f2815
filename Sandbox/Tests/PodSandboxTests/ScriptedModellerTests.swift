// SPDX-License-Identifier: Apache-2.0

import BitfountMessaging
import BitfountTasks
import Cryptography
import Foundation
import HTTPTransport
import MessagePack
import PodSandbox
import Testing

/// The whole way of a task between the scripted modeller and a pod that does no more than the wire demands.
@Suite struct ScriptedModellerTests {
    /// Runs a modeller's task against a pod that answers by what the Access Manager says.
    private func outcome(
        _ submission: TaskSubmission,
        grants: Bool = true,
        proof: @escaping @Sendable (TestPod, OpenedRequest) async throws -> (path: String, fields: [String: JSONValue])
    ) async throws -> TaskOutcome {
        let podKey = try SandboxKeys.privateKey("pod")
        let modellerKey = try SandboxKeys.privateKey("modeller")
        return try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            let modeller = sandbox.addModeller("alice", signingKey: modellerKey)
            if grants { sandbox.accessManager.grant(.init(modeller: "alice", podIdentifier: "acme/heart-data")) }
            return try await TestPod.with(sandbox, key: podKey) { pod async throws in
                try await pod.register()
                try await pod.connect()
                async let outcome = modeller.run(submission)
                let opened = try await pod.open(try await pod.nextMessage())
                let proof = try await proof(pod, opened)
                let verdict = try await pod.accessManager(
                    .post,
                    proof.path,
                    try pod.accessBody(opened, proof.fields)
                )
                let code = verdict.json?.objectValue?["code"]?.stringValue ?? "status \(verdict.status)"
                if code == "ACCEPT" {
                    try await pod.reply(.jobAccept, .map(["ACCEPT": .string(pod.identifier)]), to: opened)
                } else {
                    try await pod.reply(.jobReject, .map([code: .array([])]), to: opened)
                }
                return try await outcome
            }
        }
    }

    private static func signature(_ opened: OpenedRequest) -> [String: JSONValue] {
        [
            "identityProvider": "SIGNATURE", "unsignedTask": .string(Data(opened.ciphertext).base64EncodedString()),
            "taskSignature": .string(Data(opened.signature ?? []).base64EncodedString()),
            "publicKeyId": opened.outer["key_id"]?.stringValue.map(JSONValue.string) ?? .null,
        ]
    }

    @Test(arguments: Generation.allCases)
    func signedRequestIsAccepted(_ generation: Generation) async throws {
        let outcome = try await outcome(TaskSubmission(["acme/heart-data"], generation: generation)) { _, opened in
            ("/api/access", Self.signature(opened))
        }
        #expect(outcome.answer == .accepted)
    }

    @Test func oldestDeliveryWorks() async throws {
        var submission = TaskSubmission(["acme/heart-data"], generation: .g1)
        submission.delivery = .mailboxes
        let outcome = try await outcome(submission) { _, opened in ("/api/access", Self.signature(opened)) }
        #expect(outcome.answer == .accepted)
    }

    @Test func forgedSignatureIsRejected() async throws {
        var submission = TaskSubmission(["acme/heart-data"])
        submission.flaw = .forgedSignature
        let outcome = try await outcome(submission) { _, opened in ("/api/access", Self.signature(opened)) }
        #expect(outcome.answer == .rejected(code: "INVALID_PROOF_OF_IDENTITY", details: []))
    }

    @Test func modellerWithoutGrantIsRejected() async throws {
        let outcome = try await outcome(TaskSubmission(["acme/heart-data"]), grants: false) { _, opened in
            ("/api/access", Self.signature(opened))
        }
        #expect(outcome.answer == .rejected(code: "NO_ACCESS", details: []))
    }

    // MARK: OIDC

    private func token(_ pod: TestPod, _ fields: [(String, String)]) async throws -> JSONValue? {
        guard let url = URL(string: try pod.sandbox.identityProvider.url.absoluteString + "/oauth/token") else {
            return nil
        }
        var request = HTTPRequest.form(url, fields + [("client_id", SandboxIdentityProvider.clientID)])
        request.retry = .none
        let response = try await pod.http.send(request)
        return try? JSONDecoder().decode(JSONValue.self, from: response.body)
    }

    private func challenge(_ pod: TestPod, _ opened: OpenedRequest) async throws -> MessagePackMap {
        let challenge = MessagePackValue.map(["client_id": .string(SandboxIdentityProvider.clientID)])
        try await pod.reply(.oidcChallenge, challenge, to: opened)
        return try opened.read(try await pod.nextMessage(in: opened.worker)).mapValue ?? [:]
    }

    @Test(arguments: [ModellerConduct.honest, .wrongVerifier, .logsInAs("mallory")])
    func authorizationCode(_ conduct: ModellerConduct) async throws {
        var submission = TaskSubmission(["acme/heart-data"], authentication: .oidcAuthorizationCode)
        submission.conduct = conduct
        let outcome = try await outcome(submission) { pod, opened async throws in
            pod.sandbox.directory.add(SandboxUser("mallory"))
            let answer = try await challenge(pod, opened)
            let token = try await token(
                pod,
                [
                    ("grant_type", "authorization_code"), ("code", answer["auth_code"]?.stringValue ?? ""),
                    ("code_verifier", answer["code_verifier"]?.stringValue ?? ""),
                    ("redirect_uri", answer["redirect_uri"]?.stringValue ?? ""),
                ]
            )
            return ("/api/access", Self.oidc(token))
        }
        let expected: TaskOutcome.Answer =
            conduct == .honest ? .accepted : .rejected(code: "INVALID_PROOF_OF_IDENTITY", details: [])
        #expect(outcome.answer == expected)
    }

    private static func oidc(_ token: JSONValue?) -> [String: JSONValue] {
        ["identityProvider": "OIDC", "modellerToken": token?.objectValue?["access_token"] ?? "none"]
    }

    @Test(arguments: [ModellerConduct.honest, .denies])
    func deviceCode(_ conduct: ModellerConduct) async throws {
        var submission = TaskSubmission(["acme/heart-data"], generation: .g1, authentication: .oidcDeviceCode)
        submission.conduct = conduct
        let outcome = try await outcome(submission) { pod, opened async throws in
            let answer = try await challenge(pod, opened)
            // The person answers the page after the code has been sent.
            try await pod.sandbox.identityProvider.log.waitForRequests(method: "POST", path: "/activate")
            let token = try await token(
                pod,
                [
                    ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                    ("device_code", answer["device_code"]?.stringValue ?? ""),
                ]
            )
            return ("/api/access", Self.oidc(token))
        }
        let expected: TaskOutcome.Answer =
            conduct == .honest ? .accepted : .rejected(code: "INVALID_PROOF_OF_IDENTITY", details: [])
        #expect(outcome.answer == expected)
    }

    // MARK: SAML

    @Test(arguments: [
        ModellerConduct.honest, .overridesSAMLFields, .foreignSAMLResponse, .logsInAs("mallory"), .denies,
    ])
    func saml(_ conduct: ModellerConduct) async throws {
        var submission = TaskSubmission(["acme/heart-data"], generation: .g1, authentication: .saml)
        submission.conduct = conduct
        let outcome = try await outcome(submission) { pod, opened async throws in
            pod.sandbox.directory.add(SandboxUser("mallory"))
            let challenge = try await pod.accessManager(.get, "/api/saml?idp=cli")
            let members = challenge.json?.objectValue ?? [:]
            try await pod.reply(.samlRequest, .string(members["samlRequest"]?.stringValue ?? ""), to: opened)
            let form = try opened.read(try await pod.nextMessage(in: opened.worker)).mapValue ?? [:]
            var fields: [String: JSONValue] = [:]
            for (key, value) in form { fields[key] = .string(value.stringValue ?? "") }
            for key in ["podIdentifier", "modellerName", "projectId"] { fields[key] = nil }
            fields["identityProvider"] = "SAML"
            fields["originalSAMLRequestID"] = members["id"] ?? ""
            return ("/api/access?idp=cli", fields)
        }
        let expected: TaskOutcome.Answer =
            switch conduct {
            case .honest, .overridesSAMLFields: .accepted
            case .denies: .rejected(code: "NO_PROOF_OF_IDENTITY", details: [])
            default: .rejected(code: "INVALID_PROOF_OF_IDENTITY", details: [])
            }
        #expect(outcome.answer == expected)
    }

    // MARK: Silence

    @Test func onlineCheckIsAnsweredVerbatimAndSilenceIsAnOutcome() async throws {
        let podKey = try SandboxKeys.privateKey("pod")
        let outcome = try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            let modeller = sandbox.addModeller("alice")
            return try await TestPod.with(sandbox, key: podKey) { pod async throws in
                try await pod.register()
                try await pod.connect()
                var submission = TaskSubmission(["acme/heart-data"], authentication: .oidcDeviceCode)
                submission.conduct = .onlineButSilent
                submission.patience = .milliseconds(1500)
                async let outcome = modeller.run(submission)
                let opened = try await pod.open(try await pod.nextMessage())
                try await pod.reply(.onlineCheck, .string("0123456789abcdef0123456789abcdef"), to: opened)
                let response = try await pod.nextMessage(in: opened.worker)
                #expect(response.messageType == .onlineResponse)
                #expect(try opened.read(response) == .string("0123456789abcdef0123456789abcdef"))
                return try await outcome
            }
        }
        #expect(outcome.answer == .none)
        #expect(outcome.received == [.onlineCheck])
    }
}
