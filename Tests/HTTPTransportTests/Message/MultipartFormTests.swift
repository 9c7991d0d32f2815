// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MultipartFormTests {
    let fields = [(name: "key", value: "a/b"), (name: "policy \"x\"", value: "line\r\nline"), (name: "key", value: "")]

    func expected(_ form: MultipartForm, _ content: String) throws -> String {
        let boundary = try #require(form.contentType.split(separator: "=").last)
        return """
            --\(boundary)\r
            Content-Disposition: form-data; name="key"\r
            \r
            a/b\r
            --\(boundary)\r
            Content-Disposition: form-data; name="policy %22x%22"\r
            \r
            line\r\nline\r
            --\(boundary)\r
            Content-Disposition: form-data; name="key"\r
            \r
            \r
            --\(boundary)\r
            Content-Disposition: form-data; name="file"; filename="bitfount_file"\r
            Content-Type: application/octet-stream\r
            \r
            \(content)\r
            --\(boundary)--\r

            """
    }

    @Test func fieldsComeInOrderAndTheFileLast() async throws {
        let file = MultipartForm.File(filename: "bitfount_file", content: .bytes(Data("content".utf8)))
        let form = MultipartForm(fields: fields, file: file)
        guard case .bytes(let body) = try await form.body() else {
            Issue.record("Bytes stay bytes.")
            return
        }
        #expect(try String(decoding: body, as: UTF8.self) == expected(form, "content"))
    }

    @Test func aFileIsStreamedWithALengthAndWithoutChunks() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let content = String(repeating: "0123456789", count: 100_000)
        let url = directory.appending(path: "weights")
        try Data(content.utf8).write(to: url)

        let server = try LoopbackServer.answering { ScriptedResponse(204, headers: [("X-Length", "\($0.body.count)")]) }
        defer { server.stop() }
        let form = MultipartForm(fields: fields, file: .init(filename: "bitfount_file", content: .file(url)))
        let request = try await HTTPRequest.multipart(server.url("/upload"), form)
        let client = HTTPClient(environment: [:])
        #expect(try await client.send(request).status == 204)
        #expect(try await client.send(request).status == 204, "The body can be sent again.")
        for received in server.record.requests {
            #expect(received.method == "POST")
            #expect(received.headers["Content-Type"] == form.contentType)
            #expect(!received.headers.contains("Transfer-Encoding"))
            #expect(try String(decoding: received.body, as: UTF8.self) == expected(form, content))
        }
        #expect(server.record.requests.count == 2)
    }

    @Test func theMediaTypeCanBeLeftOut() async throws {
        let file = MultipartForm.File(filename: "f", contentType: nil, content: .bytes(Data()))
        guard case .bytes(let body) = try await MultipartForm(fields: [], file: file).body() else { return }
        #expect(!String(decoding: body, as: UTF8.self).contains("Content-Type"))
    }

    @Test func boundariesAreFresh() {
        let file = MultipartForm.File(filename: "f", content: .bytes(Data()))
        let types = (0..<100).map { _ in MultipartForm(fields: [], file: file).contentType }
        #expect(Set(types).count == 100)
    }

    @Test(arguments: ["a\r\nb", "a\u{0}", "a\n"])
    func namesWithControlCharactersAreRefused(_ name: String) async {
        let bytes = MultipartForm.File.Content.bytes(Data())
        let forms = [
            MultipartForm(fields: [(name, "1")], file: .init(filename: "f", content: bytes)),
            MultipartForm(fields: [], file: .init(filename: name, content: bytes)),
            MultipartForm(fields: [], file: .init(filename: "f", contentType: name, content: bytes)),
        ]
        for form in forms {
            await expect(.invalidRequest) { try await form.body() }
        }
    }

    @Test func aMissingFileIsAnError() async {
        let content = MultipartForm.File.Content.file(URL(fileURLWithPath: "/nonexistent/file"))
        let form = MultipartForm(fields: [], file: .init(filename: "f", content: content))
        await expect(.file) { try await form.body() }
    }
}
