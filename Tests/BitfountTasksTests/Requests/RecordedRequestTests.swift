// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import Foundation
import MessagePack
import TaskTestSupport
import TestSupport
import Testing
import Zstandard

/// Task requests as the SDKs make them.
struct RecordedRequestTests {
    private let codec = TaskRequestCodec()
    private static let cases = Result { try RecordedCase.all("job_requests.json", "cases") }

    @Test(arguments: try cases.get())
    func theEnvelopeIsReadInFull(recorded: RecordedCase) throws {
        let expected = try #require(recorded.fields["expected"]?.mapValue)
        let fields = try #require(expected["outer"]?.mapValue)
        let outer = try codec.decodeOuter(recorded.bytes("body_b64"))

        #expect(outer.generation == (try recorded.generation))
        #expect(.map(outer.protocolDocument) == fields["serialized_protocol"])
        #expect(.string(outer.authenticationType.rawValue) == fields["auth_type"])
        #expect(outer.projectID == fields["project_id"]?.stringValue)
        #expect(outer.keyID == fields["key_id"]?.stringValue)
        #expect(outer.flags.runOnNewDataOnly == fields["run_on_new_data_only"]?.boolValue)
        #expect(outer.flags.batchedExecution == fields["batched_execution"]?.boolValue)
        #expect(outer.flags.testRun == fields["test_run"]?.boolValue)
        #expect(outer.flags.forceRerunFailedFiles == fields["force_rerun_failed_files"]?.boolValue)
        #expect(outer.flags.enableAnonymizedTrackerUpload == fields["enable_anonymized_tracker_upload"]?.boolValue)
        #expect(outer.flags.requiresEHRConnection == fields["requires_ehr_connection"]?.boolValue)
        #expect(outer.flags.supportsMPS == fields["supports_mps"]?.boolValue)
        #expect(!outer.hasFlowSpec)
        #expect(outer.unknownKeys.isEmpty)

        let parts = RecordedCase(fields: expected)
        #expect(outer.encryptedRequest == (try parts.bytes("encrypted_request_b64")))
        if expected["signature_b64"] == nil {
            #expect(outer.signature == nil)
        } else {
            #expect(outer.signature == (try parts.bytes("signature_b64")))
        }
    }

    @Test(arguments: try cases.get())
    func theInnerRequestIsReadInFull(recorded: RecordedCase) async throws {
        let expected = try #require(recorded.fields["expected"]?.mapValue)
        let fields = try #require(expected["inner"]?.mapValue)
        let outer = try codec.decodeOuter(recorded.bytes("body_b64"))
        let inner = try await codec.decrypt(outer, with: RecordedKeys.privateKey(recorded.text("key"))).content.get()

        #expect(.map(inner.protocolDocument) == fields["serialized_protocol"])
        #expect(.array(inner.podIdentifiers.map { .string($0) }) == fields["pod_identifiers"])
        let message = try inner.sessionKey.seal([1, 2, 3])
        let recordedKey = try SessionKey(bytes: try #require(fields["aes_key"]?.binaryValue))
        #expect(try recordedKey.open(message) == [1, 2, 3])
    }

    @Test(arguments: try cases.get())
    func theAccessManagerGetsTheProtocolOfTheSDK(recorded: RecordedCase) async throws {
        let expected = try #require(recorded.fields["expected"]?.mapValue?["protocol_for_access_manager"])
        let outer = try codec.decodeOuter(recorded.bytes("body_b64"))
        let inner = try await codec.decrypt(outer, with: RecordedKeys.privateKey(recorded.text("key"))).content.get()
        let document = try ProtocolDocument(inner.protocolDocument)
        let sent = try OrderedJSON.parse(.init(document.accessManagerJSON))

        // The encoder keeps the order of keys, equality would ignore it.
        #expect(MessagePackEncoder.encode(sent) == MessagePackEncoder.encode(expected))
    }

    /// What the sandbox's modellers send is what genuine ones do, to the byte.
    @Test(arguments: try cases.get())
    func encodingGivesTheRecordedBytes(recorded: RecordedCase) throws {
        let body = try recorded.bytes("body_b64")
        let encoded = try TaskRequestCodec.encodeOuter(codec.decodeOuter(body))
        #expect(try unpacked(encoded) == unpacked(body))
    }

    @Test(arguments: try cases.get())
    func theStoredObjectUnwrapsToTheBody(recorded: RecordedCase) throws {
        let stored = try recorded.bytes("stored_object_b64")
        #expect(LargeObjectContent.unwrap(stored) == (try recorded.bytes("body_b64")))
        #expect((stored.first == 0xC5) == (try recorded.generation == .g1))
    }

    @Test(arguments: try RecordedCase.all("job_requests.json", "refused").filter { $0.fields["ok"] == false })
    func whatTheSDKRefusesIsRefused(recorded: RecordedCase) async throws {
        let name = try recorded.name
        let generation = try recorded.generation
        let body = try recorded.bytes("body_b64")
        let key = try RecordedKeys.privateKey(recorded.text("key"))
        do {
            let outer = try codec.decodeOuter(body)
            // An unknown type can be read and answered, but is none of those that can be accepted.
            guard AuthenticationType.known.contains(outer.authenticationType) else {
                #expect(name == "auth_type unknown")
                return
            }
            let inner = try await codec.decrypt(outer, with: key).content.get()
            Issue.record("accepted \(inner.podIdentifiers)")
        } catch {
            #expect(error.code == Self.fault(of: name, generation), "\(error)")
        }
    }

    /// Changed signatures and protocols open: it is for the checks that follow to refuse them.
    @Test(arguments: try RecordedCase.all("job_requests.json", "refused").filter { $0.fields["ok"] == true })
    func whatOnlyTheAccessManagerCanRefuseOpens(recorded: RecordedCase) async throws {
        let outer = try codec.decodeOuter(recorded.bytes("body_b64"))
        let inner = try await codec.decrypt(outer, with: RecordedKeys.privateKey(recorded.text("key"))).content.get()
        let differs = try recorded.name == "outer protocol differs from the inner one"
        #expect((outer.protocolDocument != inner.protocolDocument) == differs)
    }

    private static func fault(of name: String, _ generation: Generation) -> TaskFormatError.Code {
        switch name {
        case "a string instead of a map", "a list instead of a map", "request is a string": .invalidField
        case "auth_type missing", "request missing", "encrypted_request missing", "signature missing": .missingField
        case "wrapped key changed", "ciphertext changed", "tag changed", "encrypted for another pod": .undecryptable
        case "not compressed": .mixedGenerations
        case "decrypts to something else" where generation == .g2: .mixedGenerations
        default: .notUnpackable
        }
    }

    /// What is packed, whatever the compression; the container inside is unpacked as well.
    private func unpacked(_ body: [UInt8]) throws -> [UInt8] {
        guard Generation(of: body) == .g2 else { return body }
        let encoded = try Zstandard.decompress(body, maximumBytes: 1 << 20)
        guard var map = try MessagePackDecoder.decode(encoded).mapValue, let request = map["request"]?.binaryValue
        else {
            return encoded
        }
        map["request"] = .binary(try Zstandard.decompress(request, maximumBytes: 1 << 20))
        return MessagePackEncoder.encode(.map(map))
    }
}
