// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography
import MessagePack
import Zstandard

/// A request for one pod, ready to be stored (bitfount-protocol.md, 9.1 and 9.2).
package struct PreparedRequest: Sendable {
    /// The dataset's identifier.
    package let target: String
    /// The body of the `JOB_REQUEST`.
    package let body: [UInt8]
    /// The key of everything that follows; nil when the flaw left none.
    let sessionKey: SessionKey?

    /// Makes the request as the genuine SDKs do, with the flaw that was asked for.
    static func make(
        for target: String,
        key: RSAPublicKey,
        _ submission: TaskSubmission,
        by modeller: Modeller
    ) async throws -> PreparedRequest {
        let sessionKey = try SessionKey.random()
        let generation = submission.generation
        let inner = try generation.pack(.map(innerRequest(submission, sessionKey)))
        let recipient = submission.flaw == .encryptedForAnotherKey ? try await RSAPrivateKey.generate().publicKey : key
        var ciphertext = try HybridEnvelope.seal(inner, to: recipient)
        if submission.flaw == .ciphertextChanged { ciphertext[ciphertext.count - 1] ^= 1 }

        var container: MessagePackMap = ["encrypted_request": .binary(ciphertext)]
        if submission.authentication == .keyBased {
            guard let signingKey = modeller.signingKey else {
                throw SandboxError(.misuse, "\(modeller.username) has no key to sign with")
            }
            var signature = try await signingKey.signPSS(ciphertext)
            if submission.flaw == .forgedSignature { signature[0] ^= 1 }
            container["signature"] = .binary(signature)
        }
        let outer = outerRequest(submission, try generation.pack(.map(container)), keyID: modeller.keyID)
        let body = try spoil(try generation.pack(.map(outer)), submission.flaw)
        return PreparedRequest(target: target, body: body, sessionKey: sessionKey)
    }

    private static func innerRequest(_ submission: TaskSubmission, _ key: SessionKey) -> MessagePackMap {
        var pods = submission.targets
        if case .namesPods(let others) = submission.flaw { pods = others }
        var keyBytes = key.reveal()
        if case .sessionKey(let count) = submission.flaw { keyBytes = Array(repeating: 7, count: count) }
        return [
            "serialized_protocol": .map(submission.protocolDocument),
            "pod_identifiers": .array(pods.map(MessagePackValue.string)), "aes_key": .binary(keyBytes),
        ]
    }

    private static func outerRequest(
        _ submission: TaskSubmission,
        _ container: [UInt8],
        keyID: String?
    ) -> MessagePackMap {
        var document = submission.protocolDocument
        if submission.flaw == .outerProtocolDiffers { document["batched"] = true }
        var outer: MessagePackMap = [
            "serialized_protocol": .map(document), "auth_type": .string(submission.authentication.rawValue),
            "request": .binary(container),
        ]
        if let projectID = submission.projectID { outer["project_id"] = .string(projectID) }
        outer["run_on_new_data_only"] = false
        outer["batched_execution"] = false
        if submission.authentication == .keyBased, let keyID { outer["key_id"] = .string(keyID) }
        if submission.generation == .g2 {
            outer["test_run"] = false
            outer["force_rerun_failed_files"] = true
            outer["enable_anonymized_tracker_upload"] = false
            outer["requires_ehr_connection"] = false
        }
        if submission.flaw == .flowSpecification {
            outer["flow_spec_raw"] = .map(["worker": .map(["interactive": .map(["steps": .array([.string("run")])])])])
            outer["datasource_name"] = .string(submission.targets.first ?? "")
        }
        return outer
    }

    private static func spoil(_ body: [UInt8], _ flaw: RequestFlaw?) throws -> [UInt8] {
        switch flaw {
        case .truncated: Array(body.prefix(body.count / 2))
        case .noise: try SecureRandom.bytes(700)
        case .zstandardBomb(let bytes): try Zstandard.compress(Array(repeating: 0, count: bytes))
        case .padded(let bytes): Array(repeating: 0, count: bytes)
        case .nesting(let depth): try Zstandard.compress(Array(repeating: 0x91, count: depth) + [0xC0])
        default: body
        }
    }

    /// The object that is stored for the pod (bitfount-protocol.md, 7.9).
    func storedObject(_ generation: Generation) -> [UInt8] {
        switch generation {
        case .g1: MessagePackEncoder.encode(.binary(body))
        case .g2: body
        }
    }
}
