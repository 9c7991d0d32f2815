// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import PodSandbox
import Testing

@Suite struct ObjectStorageTests {
    private struct Permit: Sendable {
        let url: URL
        let fields: [(name: String, value: String)]
    }

    private func withPermit<Result: Sendable>(
        schemaSize: Int64 = 3,
        _ body: @escaping @Sendable (TestPod, Permit) async throws -> Result
    ) async throws -> Result {
        let key = try SandboxKeys.privateKey("pod")
        return try await withSandbox(SandboxKeys.configuration()) { sandbox async throws in
            try await TestPod.with(sandbox, key: key) { pod async throws in
                var registration = pod.registration
                registration["schemaSize"] = .integer(schemaSize)
                let answer = try await pod.hub(.post, "/api/pods", .object(registration)).json?.objectValue ?? [:]
                let url = try #require(URL(string: answer["uploadUrl"]?.stringValue ?? ""))
                let fields = (answer["uploadFields"]?.objectValue ?? [:]).map {
                    (name: $0.key, value: $0.value.stringValue ?? "")
                }
                return try await body(pod, Permit(url: url, fields: fields))
            }
        }
    }

    private func post(
        _ pod: TestPod,
        _ permit: Permit,
        _ text: String,
        headers: HTTPHeaders = [:],
        fields: [(name: String, value: String)]? = nil
    ) async throws -> Int {
        let form = MultipartForm(
            fields: fields ?? permit.fields,
            file: .init(filename: "bitfount_file", content: .bytes(Data(text.utf8)))
        )
        var request = try await HTTPRequest.multipart(permit.url, form)
        request.headers.merge(headers)
        request.retry = .none
        return try await pod.http.send(request).status
    }

    @Test func sizesAndFieldsAreEnforced() async throws {
        try await withPermit { pod, permit async throws in
            #expect(try await post(pod, permit, "ab") == 400)
            #expect(try await post(pod, permit, "abcd") == 400)
            #expect(try await post(pod, permit, "abc", fields: Array(permit.fields.dropLast())) == 403)
            #expect(try await post(pod, permit, "abc", headers: ["x-api-key": "leak"]) == 400)
            #expect(try await post(pod, permit, "abc") == 204)
            let key = try #require(pod.sandbox.hub.pod("acme/heart-data")?.schemaStorageKey)
            #expect(try await pod.sandbox.objectStorage.object(key) == Array("abc".utf8))
        }
    }

    @Test func chunkedBodiesAreRefused() async throws {
        try await withPermit { pod, permit async throws in
            var request = HTTPRequest(.post, permit.url)
            request.headers = ["Content-Type": "multipart/form-data; boundary=b", "Transfer-Encoding": "chunked"]
            request.body = .bytes(Data("--b\r\n".utf8))
            request.retry = .none
            let status = try? await pod.http.send(request).status
            // The client may refuse to send that at all.
            #expect(status == nil || status == 501)
        }
    }

    @Test(arguments: [
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nabc\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nlate\r\n--b--\r\n",
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nabc",
        "no boundary at all", "", "--b--\r\n",
    ])
    func malformedFormsAreRefused(_ body: String) async throws {
        try await withPermit { pod, permit async throws in
            var request = HTTPRequest(.post, permit.url)
            request.headers = ["Content-Type": "multipart/form-data; boundary=b"]
            request.body = .bytes(Data(body.utf8))
            request.retry = .none
            #expect([400, 403].contains(try await pod.http.send(request).status))
        }
    }

    @Test func largeObjectsKeepTheirBytesAndResume() async throws {
        let text = String(repeating: "0123456789abcdef", count: 200_000)
        try await withPermit(schemaSize: Int64(text.utf8.count)) { pod, permit async throws in
            #expect(try await post(pod, permit, text) == 204)
            let shown = try await pod.hub(.get, "/api/pods/acme/heart-data").json?.objectValue ?? [:]
            let url = try #require(URL(string: shown["schemaDownloadUrl"]?.stringValue ?? ""))
            let whole = try await pod.http.send(HTTPRequest(.get, url))
            #expect(whole.body == Data(text.utf8))
            let rest = try await pod.http.send(HTTPRequest(.get, url, headers: ["Range": "bytes=3199990-"]))
            #expect(rest.status == 206)
            #expect(rest.body == Data("6789abcdef".utf8))
            let forged = try #require(URL(string: url.absoluteString + "0"))
            let status = try await pod.http.send(HTTPRequest(.get, forged)).status
            #expect(status == 403)
        }
    }
}
