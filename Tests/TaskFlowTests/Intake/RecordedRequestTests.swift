// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TestSupport
import Testing

@testable import TaskFlow

/// Requests made by the genuine SDKs, good and bad.
@Suite("Recorded task requests")
struct RecordedRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let sdk: String
        let body: [UInt8]
        let recorded: MessagePackValue

        var testDescription: String { "\(name) (\(sdk))" }

        var pods: [String] {
            let inner = recorded.mapValue?["expected"]?.mapValue?["inner"]?.mapValue
            return inner?["pod_identifiers"]?.arrayValue?.compactMap(\.stringValue) ?? ["acme/ward"]
        }

        func expected(_ key: String) -> MessagePackValue? { recorded.mapValue?["expected"]?.mapValue?[key] }
    }

    private static func load(_ list: String) -> [Case] {
        guard let data = try? Fixtures.data("bitfount/job_requests.json"), let file = try? OrderedJSON.parse(data)
        else {
            return []
        }
        return (file.mapValue?[list]?.arrayValue ?? []).compactMap { recorded in
            guard let fields = recorded.mapValue, let name = fields["name"]?.stringValue,
                let sdk = fields["sdk"]?.stringValue, let text = fields["body_b64"]?.stringValue,
                let body = Data(base64Encoded: text)
            else { return nil }
            return Case(name: name, sdk: sdk, body: Array(body), recorded: recorded)
        }
    }

    static let genuineRequests = load("cases")
    static let badRequests = load("refused")

    private func read(_ recorded: Case) async throws -> IntakeResult {
        var request = ModellerRequest()
        request.podMailboxIDs = Dictionary(uniqueKeysWithValues: recorded.pods.map { ($0, "worker of \($0)") })
            .mapValues { $0.replacingOccurrences(of: " ", with: "-") }
        return try await ModellerRequest.read(request.message(body: recorded.body))
    }

    @Test("All fixtures are there")
    func complete() {
        #expect(Self.genuineRequests.count == 14)
        #expect(Self.badRequests.count == 46)
    }

    @Test("Genuine requests of every kind pass, and are understood", arguments: genuineRequests)
    func genuine(recorded: Case) async throws {
        let result = try await read(recorded)
        let authenticationType = recorded.recorded.mapValue?["auth_type"]?.stringValue
        guard authenticationType != "local" else {
            #expect(result.reason == .localAuthentication)
            return
        }
        let request = try #require(result.request)
        let methods: [String: AuditEntry.Method] = [
            "key-based": .signature, "oidc-auth-code": .oidcAuthorizationCode,
            "oidc-device-code": .oidcDeviceCode, "saml": .saml,
        ]
        #expect(request.method == methods[authenticationType ?? ""])
        #expect(request.answerable.generation == (recorded.sdk == "1.0.6" ? .g1 : .g2))
        #expect(request.answerable.target == "acme/ward")
        #expect(request.answerable.workerMailboxID == "worker-of-acme/ward")

        let json = try OrderedJSON.parse(Data(request.protocolDocument.accessManagerJSON))
        #expect(json == recorded.expected("protocol_for_access_manager"))

        let encrypted = try #require(recorded.expected("encrypted_request_b64")?.stringValue)
        let encryptedBytes = try #require(Data(base64Encoded: encrypted))
        let facts = request.answerable.facts
        #expect(facts.encryptedRequestSHA256 == Hex.encode(SHA256.hash(Array(encryptedBytes))))
        #expect(facts.bodySHA256 == Hex.encode(SHA256.hash(recorded.body)))
        #expect(facts.projectID == recorded.expected("outer")?.mapValue?["project_id"]?.stringValue)
        #expect(facts.keyID == recorded.expected("outer")?.mapValue?["key_id"]?.stringValue)
        #expect(facts.pods == recorded.pods.sorted())
        #expect(facts.protocolClass == request.protocolDocument.className)
        #expect(facts.protocolSHA256?.count == 64)
    }

    @Test(
        "Broken and forged requests are refused, but for a forged signature, which the Access Manager has to judge",
        arguments: badRequests
    )
    func refused(recorded: Case) async throws {
        let result = try await read(recorded)
        switch recorded.name {
        case "signature changed":
            #expect(result.request?.method == .signature)
        case "outer protocol differs from the inner one":
            #expect(result.rejection?.reason == .protocolMismatch)
        case "auth_type unknown":
            #expect(result.rejection?.reason == .unknownAuthentication)
        case "signature missing":
            #expect(result.reason == .missingSignature)
        case "wrapped key changed", "ciphertext changed", "tag changed", "encrypted for another pod":
            #expect(result.reason == .undecryptableRequest)
        case "not compressed":
            #expect(result.reason == .mixedGenerations)
        case "decrypts to something else":
            #expect([.malformedInnerRequest, .mixedGenerations].contains(result.reason))
        default:
            #expect(result.reason == .malformedRequest)
        }
    }
}
