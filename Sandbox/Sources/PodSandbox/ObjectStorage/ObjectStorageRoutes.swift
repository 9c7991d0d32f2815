// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension SandboxObjectStorage {
    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        router.add(
            middleware: StandInMiddleware(log: log, faults: faults, collectsBody: { _ in false }) { refusal in
                ["Code": .string(refusal.message)]
            }
        )
        router.post("upload") { request, _ in try await self.storeForm(request) }
        router.put("**") { request, _ in try await self.storePart(request) }
        router.get("**") { request, _ in try self.download(request) }
        return router
    }

    /// The storage is no place for the Hub's credentials (bitfount-protocol.md, 2.2).
    private func refuseCredentials(_ request: Request) throws {
        for name in ["authorization", "x-api-key", "x-api-key-id", "token"] {
            guard let field = HTTPField.Name(name), request.headers[field] == nil else {
                throw Refusal.badRequest("InvalidArgument: Only one auth mechanism allowed; \(name) was sent as well")
            }
        }
    }

    private func refuseChunkedBody(_ request: Request) throws {
        guard request.headers[.transferEncoding] == nil else {
            throw Refusal(501, "NotImplemented: Transfer-Encoding")
        }
        guard request.headers[.contentLength] != nil else { throw Refusal(411, "MissingContentLength") }
    }

    private func storeForm(_ request: Request) async throws -> Response {
        try refuseCredentials(request)
        try refuseChunkedBody(request)
        var form = try UploadForm(contentType: request.headers[.contentType] ?? "")
        var permit: Form?
        var sink = ObjectSink(directory: directory, limit: 0)
        for try await piece in request.body {
            let content = try form.feed(piece)
            if form.isReadingFile, permit == nil {
                let found = try permission(for: form.fields)
                permit = found
                sink = ObjectSink(directory: directory, limit: found.sizes.upperBound)
            }
            try sink.write(content)
        }
        try sink.write(try form.finish())
        let object = try sink.finish()
        guard let permit else { throw Refusal.badRequest("MalformedPOSTRequest: there is no file") }
        guard permit.sizes.contains(object.bytes.count) else { throw Refusal.badRequest("EntityTooSmall") }
        state.change { state in
            state.objects[permit.key] = object
        }
        return Response(status: .noContent, headers: [.eTag: "\"\(object.entityTag)\""])
    }

    private func permission(for fields: [String: String]) throws -> Form {
        guard let signature = fields["X-Amz-Signature"], let form = state.read({ $0.forms[signature] }) else {
            throw Refusal.forbidden("AccessDenied: no valid signature")
        }
        guard fields == form.fields else {
            throw Refusal.forbidden("AccessDenied: the fields are not those that were signed")
        }
        return form
    }

    private func storePart(_ request: Request) async throws -> Response {
        try refuseCredentials(request)
        try refuseChunkedBody(request)
        guard let uploadID = request.query("uploadId"), let upload = state.read({ $0.parts[uploadID] }),
            let number = request.query("partNumber").flatMap(Int.init), upload.signatures.indices.contains(number - 1),
            request.query("X-Amz-Signature") == upload.signatures[number - 1], request.uri.path == "/\(upload.key)"
        else { throw Refusal.forbidden("AccessDenied: no valid signature") }
        guard request.headers[.contentType] == "application/octet-stream" else {
            throw Refusal.forbidden("SignatureDoesNotMatch: the content type was signed")
        }
        // The last URL takes whatever remains.
        let limit = number == upload.signatures.count ? upload.size : upload.chunkSize
        var sink = ObjectSink(directory: directory, limit: limit)
        for try await piece in request.body { try sink.write(piece) }
        let part = try sink.finish()
        state.change { $0.parts[uploadID]?.stored[number] = part }
        return Response(status: .ok, headers: [.eTag: "\"\(part.entityTag)\""])
    }

    private func download(_ request: Request) throws -> Response {
        try refuseCredentials(request)
        guard let signature = request.query("X-Amz-Signature"),
            let permit = state.read({ $0.downloads[signature] }), request.uri.path == "/\(permit.key)",
            permit.expiresAt > Date()
        else { throw Refusal.forbidden("AccessDenied: no valid signature") }
        guard let object = state.read({ $0.objects[permit.key] }) else { throw Refusal.notFound("NoSuchKey") }
        let size = object.bytes.count
        var headers: HTTPFields = [
            .contentType: "binary/octet-stream", .eTag: "\"\(object.entityTag)\"", .acceptRanges: "bytes",
        ]
        guard let start = try rangeStart(request.headers[.range], size: size) else {
            return Response(status: .ok, headers: headers, body: object.bytes.body(in: 0..<size))
        }
        headers[.contentRange] = "bytes \(start)-\(size - 1)/\(size)"
        return Response(status: .partialContent, headers: headers, body: object.bytes.body(in: start..<size))
    }

    /// Where an open-ended range begins: the only kind of range that resuming a download needs.
    private func rangeStart(_ header: String?, size: Int) throws -> Int? {
        guard let header else { return nil }
        guard header.hasPrefix("bytes="), header.hasSuffix("-"), let start = Int(header.dropFirst(6).dropLast()) else {
            throw Refusal(501, "NotImplemented: Range")
        }
        guard start < size else { throw Refusal(416, "InvalidRange") }
        return start
    }
}

extension StoredBytes {
    func body(in range: Range<Int>) -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            var pieces = writer
            try await forEachPiece(in: range) { try await pieces.write($0) }
            try await pieces.finish(nil)
        }
    }
}
