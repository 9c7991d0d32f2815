// SPDX-License-Identifier: Apache-2.0

public import Cryptography
import Foundation
import HTTPTransport
import StrictJSON

extension HubClient {
    /// Registers a dataset, or updates it, and uploads its schema (bitfount-protocol.md, 3.4).
    ///
    /// A name that is too long behind the owner's is cut as the SDK cuts it.
    ///
    /// - Parameters:
    ///   - podKey: the public key to which modellers encrypt their tasks.
    ///   - accessManagerKey: what ``AccessManagerClient/publicKey()`` returned.
    ///   - offersMultipart: whether the Hub may ask for the schema in pieces. Releases up to 3.0.0 don't offer that.
    /// - Throws: `tooLarge` or `invalidArgument` before anything is sent; otherwise the code of whichever of the steps failed.
    public func register(
        _ pod: PodPublicMetadata,
        podKey: RSAPublicKey,
        accessManagerKey: RSAPublicKey,
        offersMultipart: Bool = true
    ) async throws(BitfountError) -> PodRegistration {
        guard pod.schema.count <= limits.maximumSchemaBytes else {
            throw BitfountError(
                .tooLarge,
                "The schema of \(pod.name) has \(pod.schema.count) bytes; the Hub takes \(limits.maximumSchemaBytes)"
            )
        }
        let owner = try await session.username()
        // The whole name is checked, so that a cut cannot make a wrong one right.
        let name = try PodIdentifier(owner: owner, name: pod.name).name
        let identifier = try PodIdentifier(owner: owner, name: PodIdentifier.coercedName(name, owner: owner))
        var document: JSONObject = [
            "name": .string(identifier.name),
            "podDisplayName": .string(pod.displayName),
            "podPublicKey": .string(podKey.openSSH),
            "accessManagerPublicKey": .string(accessManagerKey.openSSH),
            "description": .string(pod.description),
            "schemaSize": JSONValue(pod.schema.count),
            "numberOfRecords": JSONValue(pod.numberOfRecords),
        ]
        document["fileProcessingMetadata"] = pod.fileProcessing.map { .object($0.document) }
        let call = try ServiceCall(
            .post,
            ["api", "pods"],
            query: offersMultipart ? Self.multipart : [],
            json: document,
            timeout: .seconds(10)
        )
        let response = try await service.send(call, expecting: [200, 201])
        let answer = try response.object()
        guard answer["success"] != false else {
            throw response.failure(.refused, "The Hub did not register \(identifier)")
        }
        try await deliver(.bytes(Data(pod.schema)), as: "Schema", filename: "bitfount_file", to: answer, of: response)
        let alreadyExisted = answer["alreadyExisted"]?.boolValue ?? (response.status == 200)
        return PodRegistration(identifier: identifier, alreadyExisted: alreadyExisted)
    }
}
