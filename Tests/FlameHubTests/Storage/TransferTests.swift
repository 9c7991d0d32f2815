// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON
import Synchronization
import Testing

@testable import FlameHub
@testable import FlameTestSupport

/// Files up and down (flame-hub.md, 4.12).
@Suite(.timeLimit(.minutes(1))) final class TransferTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flame-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private static func stored(_ path: String, _ size: Int) -> JSONValue {
        [
            "id": .string(ConformanceTests.two), "path": .string(path), "name": "main.py", "directory": "src",
            "size": .integer(Int64(size)), "bucketId": .string(ConformanceTests.one),
        ]
    }

    private static func upload(_ request: SeenRequest) -> Reply {
        var reply = Reply.list([stored("src/main.py", request.body.count)])
        reply.status = 201
        return reply
    }

    @Test func uploadsBytes() async throws {
        let fixture = try HubFixture { Self.upload($0) }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "src/main.py", content: .bytes(Data("print(1)".utf8)), contentType: "text/x-python")
        let stored = try await fixture.session.storage.buckets.upload(file, to: Rows.id(1))
        #expect(stored.path == "src/main.py")
        let request = try #require(fixture.calls.first)
        #expect("\(request.method) \(request.target)" == "POST /storage/buckets/\(ConformanceTests.one)/upload")
        let boundary = try #require(request.headers["Content-Type"]?.split(separator: "=").last)
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.hasPrefix("--\(boundary)\r\n"))
        #expect(body.contains("filename=\"src/main.py\"\r\n"))
        #expect(body.contains("Content-Type: text/x-python\r\n\r\nprint(1)\r\n--\(boundary)--"))
        #expect(fixture.calls.count == 1)
    }

    @Test func uploadsAFileAndSaysHowFarItIs() async throws {
        let fixture = try HubFixture { Self.upload($0) }
        defer { fixture.server.stop() }
        let source = folder.appendingPathComponent("big")
        try Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: source)
        let progress = Mutex<[Int64]>([])
        try await fixture.session.storage.buckets.upload(
            UploadFile(path: "src/main.py", content: .file(source)),
            to: Rows.id(1)
        ) { sent in progress.withLock { $0.append(sent) } }
        let body = try #require(fixture.calls.first).body
        #expect(body.range(of: try Data(contentsOf: source)) != nil)
        let reports = progress.withLock(\.self)
        #expect(reports.last == Int64(body.count))
        #expect(reports == reports.sorted())
        #expect(reports.count > 5)
    }

    /// The Hub can't replace a file: it answers 500, or 409.
    @Test(arguments: [500, 409])
    func tellsThatThePathIsTaken(_ status: Int) async throws {
        let fixture = try HubFixture { request in
            request.method == "POST"
                ? .json(#"{"code":"internal_error","message":"x"}"#, status: status)
                : .list([Self.stored("src/main.py", 1)])
        }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "src/main.py", content: .bytes(Data([1])))
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.buckets.upload(file, to: Rows.id(1))
        }
        #expect(error?.code == .conflict)
        #expect(fixture.calls.map(\.method) == ["POST", "GET"])
        #expect(fixture.calls.last?.query["filter[bucketId]"] == ConformanceTests.one)
    }

    @Test func neverUploadsTwice() async throws {
        let fixture = try HubFixture { $0.method == "POST" ? .text("<html>", status: 503) : .list([]) }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "src/main.py", content: .bytes(Data([1])))
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.buckets.upload(file, to: Rows.id(1))
        }
        #expect(error?.code == .server)
        #expect(fixture.calls.map(\.method) == ["POST"])
    }

    @Test func replacesByDeletingFirst() async throws {
        let fixture = try HubFixture { request in
            switch request.method {
            case "GET":
                .list(
                    [Self.stored("other.py", 1), Self.stored("src/main.py", 1)].enumerated().map { index, row in
                        var fields = row.objectValue ?? [:]
                        fields["id"] = .string(Rows.id(index + 7, of: BucketFile.self).text)
                        return .object(fields)
                    }
                )
            case "DELETE": .record(Self.stored("src/main.py", 1), status: 202)
            default: Self.upload(request)
            }
        }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "src/main.py", content: .bytes(Data([1])))
        try await fixture.session.storage.buckets.upload(file, to: Rows.id(1), replacing: true)
        #expect(
            fixture.calls.map { "\($0.method) \($0.path)" } == [
                "GET /storage/bucket-files", "DELETE /storage/bucket-files/\(Rows.id(8, of: BucketFile.self))",
                "POST /storage/buckets/\(ConformanceTests.one)/upload",
            ]
        )
    }

    @Test func aFileThatCantBeOpenedDeletesNothing() async throws {
        let fixture = try HubFixture { request in
            request.method == "GET" ? .list([Self.stored("src/main.py", 1)]) : .text("no", status: 500)
        }
        defer { fixture.server.stop() }
        let missing = UploadFile(path: "src/main.py", content: .file(folder.appendingPathComponent("missing")))
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.buckets.upload(missing, to: Rows.id(1), replacing: true)
        }
        #expect(error?.code == .file)
        #expect(fixture.calls.isEmpty)
    }

    /// The Hub reads a plain name as Latin-1.
    @Test func namesBeyondASCIIAreSentInBothForms() async throws {
        let fixture = try HubFixture { _ in
            var reply = Reply.list([Self.stored("größe.txt", 1)])
            reply.status = 201
            return reply
        }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "größe.txt", content: .bytes(Data([1])))
        try await fixture.session.storage.buckets.upload(file, to: Rows.id(1))
        let body = String(decoding: try #require(fixture.calls.first).body, as: UTF8.self)
        #expect(body.contains("; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt\r\n"))
        let other = UploadFile(path: "grösse.txt", content: .bytes(Data([1])))
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.buckets.upload(other, to: Rows.id(1))
        }
        #expect(error?.code == .changeIgnored)
    }

    /// Hubs of 0.8 keep a second row of a path, and the bytes of the last for both.
    @Test func anOldHubIsAskedForThePathFirst() async throws {
        let fixture = try HubFixture(version: "0.8.12", naming: .snakeCase) { request in
            request.method == "GET" ? .list([Self.stored("src/main.py", 1)]) : Self.upload(request)
        }
        defer { fixture.server.stop() }
        let file = UploadFile(path: "src/main.py", content: .bytes(Data([1])))
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.buckets.upload(file, to: Rows.id(1))
        }
        #expect(error?.code == .conflict)
        #expect(fixture.calls.map(\.method) == ["GET"])
    }

    @Test func downloadsToDisk() async throws {
        let content = Data((0..<500_000).map { UInt8(truncatingIfNeeded: $0 &* 13) })
        let fixture = try HubFixture { _ in Reply(headers: ["Content-Type: application/octet-stream"], body: content) }
        defer { fixture.server.stop() }
        let file = folder.appendingPathComponent("file")
        let archive = folder.appendingPathComponent("archive.tar")
        try await fixture.session.storage.bucketFiles.download(Rows.id(2), to: file)
        try await fixture.session.storage.buckets.downloadArchive(of: Rows.id(1), to: archive)
        #expect(try Data(contentsOf: file) == content)
        #expect(try Data(contentsOf: archive) == content)
        #expect(
            fixture.calls.map(\.target) == [
                "/storage/bucket-files/\(ConformanceTests.two)/stream",
                "/storage/buckets/\(ConformanceTests.one)/stream",
            ]
        )
        #expect(fixture.calls.allSatisfy { $0.headers["Accept-Encoding"] == "identity" && $0.token == "t0" })
    }

    /// Old clients handed out the text of the error as the file.
    @Test func looksAtTheStatusBeforeItWrites() async throws {
        let fixture = try HubFixture { _ in
            .json(
                #"{"statusCode":404,"code":"entity_not_found","message":"The bucket-file was not found"}"#,
                status: 404
            )
        }
        defer { fixture.server.stop() }
        let file = folder.appendingPathComponent("file")
        let error = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.bucketFiles.download(Rows.id(2), to: file)
        }
        #expect(error?.code == .notFound)
        #expect(error?.response?.message == "The bucket-file was not found")
        #expect(!FileManager.default.fileExists(atPath: file.path))
        let other = await #expect(throws: FlameHubError.self) {
            try await fixture.session.storage.bucketFiles.read(Rows.id(2)) { _ in
                Issue.record("There is nothing to read.")
            }
        }
        #expect(other?.code == .notFound)
    }

    @Test func readsPieceByPiece() async throws {
        let content = Data(repeating: 7, count: 300_000)
        let fixture = try HubFixture { _ in Reply(headers: [], body: content) }
        defer { fixture.server.stop() }
        let count = try await fixture.session.storage.bucketFiles.read(Rows.id(2)) { body in
            var count = 0
            for try await piece in body { count += piece.count }
            return count
        }
        #expect(count == content.count)
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await fixture.session.storage.buckets.readArchive(of: Rows.id(1)) { _ in throw Enough() }
        }
    }

    @Test func renewsTheTokenBeforeADownload() async throws {
        let fixture = try HubFixture { request in
            if request.path == "/auth/token" { return .token("t\(request.json.count)") }
            let isFirst = request.token == "t3"
            return isFirst
                ? .json(#"{"code":"internal_error","message":"The JWT is invalid."}"#, status: 500)
                : Reply(headers: [], body: Data("x".utf8))
        }
        defer { fixture.server.stop() }
        let session = fixture.hub.session(as: .client(id: "c", secret: "s"))
        let error = await #expect(throws: FlameHubError.self) {
            try await session.storage.bucketFiles.read(Rows.id(2)) { _ in }
        }
        #expect(error?.code == .authentication)
        #expect(fixture.server.requests(to: "/auth/token").count == 2)
        #expect(fixture.calls.filter { $0.path.hasSuffix("/stream") }.count == 2)
    }
}
