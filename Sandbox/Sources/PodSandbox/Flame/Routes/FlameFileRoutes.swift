// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore

/// Files of buckets, streamed in both directions (flame-hub.md, 4.12).
extension SandboxFlameHub {
    func upload(_ request: Request, toBucket id: String) async throws -> Response {
        guard request.method == .post else { throw FlameRefusal.unknownRoute }
        let actor = try caller(request, at: .storage)
        guard let bucket = state.read({ $0.row("buckets", id) }) else { throw FlameRefusal.notFound("bucket") }
        var form = try MultipartFiles(contentType: request.headers[.contentType] ?? "")
        var rows: [FlameRow] = []
        var isStored = true
        var path = ""
        var sink = ObjectSink(directory: directory, limit: .max)
        for try await piece in request.body {
            for event in try form.feed(piece) {
                switch event {
                case .file(let name):
                    path = name
                    sink = ObjectSink(directory: directory, limit: .max)
                case .bytes(let bytes): try sink.write(bytes)
                case .end:
                    let bytes = try sink.finish().bytes
                    if let row = state.change({ $0.store(bytes, as: path, in: bucket, by: actor) }) {
                        rows.append(row)
                    } else {
                        bytes.discard()
                        isStored = false
                    }
                }
            }
        }
        try form.finish()
        // Each file is stored on its own; one that is there already fails the whole answer.
        guard isStored else { throw FlameRefusal(500, "internal_error", "Internal Server Error") }
        guard !rows.isEmpty else { throw FlameRefusal.badRequest("There is no file.") }
        return try uploaded(rows)
    }

    private func uploaded(_ rows: [FlameRow]) throws -> Response {
        let data = try state.read { state in
            guard let resource = state.table("bucket-files")?.resource else { throw FlameRefusal.unknownRoute }
            return rows.map { FlamePresenter(state).json($0, of: resource) }
        }
        let count = JSONValue.integer(Int64(rows.count))
        let meta: JSONValue = release.isOld ? ["total": count, "limit": 50, "offset": 0] : ["total": count]
        return .json(["data": .array(data), "meta": meta], status: .created)
    }

    func streamFile(_ request: Request, _ id: String) throws -> Response {
        guard request.method == .get else { throw FlameRefusal.unknownRoute }
        _ = try caller(request, at: .storage)
        let bytes = state.read { state in state.row("bucket-files", id).flatMap { state.files[$0.id] } }
        guard let bytes else { throw FlameRefusal.notFound("bucket-file") }
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream"],
            body: bytes.body(in: 0..<bytes.count)
        )
    }

    /// A tar archive of all files of a bucket.
    func streamBucket(_ request: Request, _ id: String) throws -> Response {
        guard request.method == .get else { throw FlameRefusal.unknownRoute }
        _ = try caller(request, at: .storage)
        let files: [(head: ByteBuffer, bytes: StoredBytes)] = try state.read { state in
            guard state.row("buckets", id) != nil else { throw FlameRefusal.notFound("bucket") }
            return state.rows("bucket-files", "bucketId", id).compactMap { row in
                state.files[row.id].map { bytes in
                    (TarArchive.head(path: row.text("path"), size: bytes.count, time: row.createdAt), bytes)
                }
            }
        }
        let size = files.reduce(TarArchive.end.readableBytes) { size, file in
            size + file.head.readableBytes + file.bytes.count + TarArchive.padding(file.bytes.count)
        }
        let body = ResponseBody(contentLength: size) { writer in
            var archive = writer
            for (head, bytes) in files {
                try await archive.write(head)
                try await bytes.forEachPiece(in: 0..<bytes.count) { try await archive.write($0) }
                let padding = TarArchive.padding(bytes.count)
                if padding > 0 { try await archive.write(ByteBuffer(repeating: 0, count: padding)) }
            }
            try await archive.write(TarArchive.end)
            try await archive.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-tar"], body: body)
    }
}

extension FlameState {
    /// Makes the record of a file; nil if there is one with that path already.
    fileprivate mutating func store(
        _ bytes: StoredBytes,
        as path: String,
        in bucket: FlameRow,
        by actor: FlameActor
    ) -> FlameRow? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        let values: [String: JSONValue] = [
            "path": .string(path), "name": .string(segments.last.map(String.init) ?? path),
            "directory": .string(segments.count > 1 ? segments.dropLast().joined(separator: "/") : "."),
            "hash": .string(SandboxIDs.secret(bytes: 32)), "size": .integer(Int64(bytes.count)),
            "bucketId": .string(bucket.id), "realmId": bucket["realmId"],
            "actorType": .string(actor.kind.rawValue), "actorId": .string(actor.id),
        ]
        guard table("bucket-files")?.isTaken(values) == false else { return nil }
        let row = insert("bucket-files", values)
        files[row.id] = bytes
        jobs.append(.linkFile(row.id))
        return row
    }
}
