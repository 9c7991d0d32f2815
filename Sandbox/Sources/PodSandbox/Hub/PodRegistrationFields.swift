// SPDX-License-Identifier: Apache-2.0

import Cryptography

/// The body of `POST /api/pods`, checked (bitfount-protocol.md, 3.4).
struct PodRegistrationFields: Sendable {
    /// The largest packed schema, in bytes.
    static let maximumSchemaBytes = 10 << 20

    let name: String
    let displayName: String
    let publicKey: String
    let accessManagerPublicKey: String
    let description: String
    let schemaSize: Int
    let numberOfRecords: Int?
    let fileProcessingMetadata: JSONValue?

    init(_ fields: JSONFields) throws(Refusal) {
        try fields.allowOnly([
            "name", "podDisplayName", "podPublicKey", "accessManagerPublicKey", "description", "schemaSize",
            "numberOfRecords", "fileProcessingMetadata",
        ])
        name = try fields.string("name")
        guard SandboxNames.isName(name) else { throw .badRequest("'\(name)' is not a pod name") }
        displayName = try fields.string("podDisplayName")
        publicKey = try Self.publicKey(fields, "podPublicKey")
        accessManagerPublicKey = try Self.publicKey(fields, "accessManagerPublicKey")
        description = try fields.string("description", allowsEmpty: true)
        schemaSize = try fields.integer("schemaSize", in: 1...Self.maximumSchemaBytes)
        numberOfRecords = try fields.nullableInteger("numberOfRecords")
        fileProcessingMetadata = fields.members["fileProcessingMetadata"]
        if fileProcessingMetadata != nil { try Self.check(JSONFields(try fields.object("fileProcessingMetadata"))) }
    }

    /// One OpenSSH line without comment or newline (bitfount-protocol.md, 8.2).
    static func publicKey(_ fields: JSONFields, _ name: String) throws(Refusal) -> String {
        let text = try fields.string(name)
        guard text.hasPrefix("ssh-rsa "), let key = try? RSAPublicKey(text), key.openSSH == text else {
            throw .badRequest("\(name) is not a public key in the OpenSSH form without comment")
        }
        return text
    }

    private static func check(_ metadata: JSONFields) throws(Refusal) {
        for name in ["totalFilesFound", "totalFilesSuccessfullyProcessed", "totalFilesSkipped", "filesWithErrors"]
        where metadata.members[name] != nil {
            _ = try metadata.integer(name)
        }
        if metadata.members["skipReasons"] != nil {
            let reasons = JSONFields(try metadata.object("skipReasons"))
            for name in reasons.members.keys { _ = try reasons.integer(name) }
        }
        if metadata.members["additionalMetrics"] != nil { _ = try metadata.object("additionalMetrics") }
    }

    func pod(owner: String, schemaKey: String) -> RegisteredPod {
        RegisteredPod(
            owner: owner,
            name: name,
            displayName: displayName,
            publicKey: publicKey,
            accessManagerPublicKey: accessManagerPublicKey,
            description: description,
            schemaSize: schemaSize,
            numberOfRecords: numberOfRecords,
            fileProcessingMetadata: fileProcessingMetadata,
            schemaStorageKey: schemaKey
        )
    }

    func update(_ pod: inout RegisteredPod, schemaKey: String) {
        pod.displayName = displayName
        pod.publicKey = publicKey
        pod.accessManagerPublicKey = accessManagerPublicKey
        pod.description = description
        pod.schemaSize = schemaSize
        pod.numberOfRecords = numberOfRecords
        pod.fileProcessingMetadata = fileProcessingMetadata
        pod.schemaStorageKey = schemaKey
        pod.registrations += 1
        pod.isArchived = false
    }
}
