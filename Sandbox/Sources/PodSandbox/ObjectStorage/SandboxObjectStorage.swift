// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Hummingbird
import Logging
import Synchronization

/// The stand-in of the object storage: pre-signed forms, parts and downloads (bitfount-protocol.md, 3.6).
package final class SandboxObjectStorage: Sendable {
    struct Form: Sendable {
        let key: String
        let fields: [String: String]
        let sizes: ClosedRange<Int>
    }

    struct Parts: Sendable {
        let key: String
        /// The signature that each part's URL carries, in order.
        let signatures: [String]
        let chunkSize: Int
        let size: Int
        var stored: [Int: StoredObject] = [:]
    }

    struct Download: Sendable {
        let key: String
        let expiresAt: Date
    }

    struct State: Sendable {
        var forms: [String: Form] = [:]
        var parts: [String: Parts] = [:]
        var downloads: [String: Download] = [:]
        var objects: [String: StoredObject] = [:]
    }

    /// How long a signed URL is good for.
    static let lifetime: TimeInterval = 3600
    /// The name of the bucket in upload forms.
    static let bucket = "sandbox"

    /// The requests that came; bodies are not kept.
    package let log = RequestLog()
    /// What goes wrong.
    package let faults = FaultPlan()

    let server: StandInServer
    let directory: URL
    let state = Observed(State())

    init(port: Int, directory: URL, logger: Logger) {
        server = StandInServer(name: "object storage", port: port, logger: logger)
        self.directory = directory
    }

    /// The base URL.
    package var url: URL {
        get throws { try server.url }
    }

    /// The object's bytes, if it has been stored.
    package func object(_ key: String) async throws -> [UInt8]? {
        guard let object = state.read({ $0.objects[key] }) else { return nil }
        let bytes = Observed<[UInt8]>([])
        try await object.bytes.forEachPiece(in: 0..<object.bytes.count) { piece in
            bytes.change { $0.append(contentsOf: piece.readableBytesView) }
        }
        return bytes.read { $0 }
    }

    /// Whether there is such an object.
    package func hasObject(_ key: String) -> Bool {
        state.read { $0.objects[key] != nil }
    }

    /// Permits one form upload of the object `key`, whose size must be within `sizes`.
    func presignUpload(_ key: String, sizes: ClosedRange<Int>) throws -> PresignedUpload {
        let signature = SandboxIDs.secret()
        let fields = [
            "key": key, "bucket": Self.bucket, "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": "sandbox/20300101/eu-west-2/s3/aws4_request", "X-Amz-Date": "20300101T000000Z",
            "Policy": SandboxIDs.secret(bytes: 12), "X-Amz-Signature": signature,
        ]
        state.change { $0.forms[signature] = Form(key: key, fields: fields, sizes: sizes) }
        return PresignedUpload(url: try url.absoluteString + "/upload", fields: fields, key: key)
    }

    /// Permits the upload of the object `key` of `size` bytes in parts of `chunkSize`.
    func presignParts(_ key: String, size: Int, chunkSize: Int) throws -> MultipartUpload {
        let uploadID = SandboxIDs.secret()
        let signatures = (0..<max(1, (size + chunkSize - 1) / chunkSize)).map { _ in SandboxIDs.secret() }
        let base = try url.absoluteString
        state.change {
            $0.parts[uploadID] = Parts(key: key, signatures: signatures, chunkSize: chunkSize, size: size)
        }
        let urls = signatures.enumerated().map { index, signature in
            "\(base)/\(key)?partNumber=\(index + 1)&uploadId=\(uploadID)&X-Amz-Signature=\(signature)"
        }
        return MultipartUpload(urls: urls, chunkSize: chunkSize, uploadID: uploadID, key: key)
    }

    /// A URL that downloads the object `key`, there or not.
    func presignDownload(_ key: String) throws -> String {
        let signature = SandboxIDs.secret()
        let expiresAt = Date().addingTimeInterval(Self.lifetime)
        state.change { $0.downloads[signature] = Download(key: key, expiresAt: expiresAt) }
        return try url.absoluteString + "/\(key)?X-Amz-Expires=\(Int(Self.lifetime))&X-Amz-Signature=\(signature)"
    }

    /// Puts the parts of an upload together.
    ///
    /// - Parameter parts: The entity tag of each part, by its number.
    func completeParts(_ uploadID: String, key: String, parts: [Int: String]) async throws {
        guard let upload = state.read({ $0.parts[uploadID] }), upload.key == key else {
            throw Refusal.notFound("NoSuchUpload")
        }
        guard parts.count == upload.stored.count, !parts.isEmpty,
            parts.allSatisfy({ upload.stored[$0.key]?.entityTag == $0.value })
        else { throw Refusal.badRequest("InvalidPart") }
        var sink = ObjectSink(directory: directory, limit: upload.size)
        for number in 1...upload.signatures.count {
            guard let part = upload.stored[number] else { throw Refusal.badRequest("InvalidPart") }
            try await part.bytes.forEachPiece(in: 0..<part.bytes.count) { try sink.write($0) }
        }
        let object = try sink.finish()
        guard object.bytes.count == upload.size else {
            throw Refusal.badRequest("EntityTooSmall: \(object.bytes.count) of \(upload.size) bytes")
        }
        state.change { state in
            state.parts[uploadID] = nil
            state.objects[key] = object
        }
    }
}
