// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer with a JSON body.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        // A JSONValue always encodes: its doubles come from JSON, which has no infinities.
        let body = (try? value.encoded()) ?? Data("null".utf8)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// An answer with a page for a browser.
    static func html(_ page: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: page))
        )
    }

    func collectedBody() async throws -> ByteBuffer {
        let writer = CollectingWriter()
        try await body.write(writer)
        return writer.collected.read { $0 }
    }
}

private struct CollectingWriter: ResponseBodyWriter {
    let collected = Observed(ByteBuffer())

    func write(_ buffer: ByteBuffer) async throws {
        collected.change { $0.writeImmutableBuffer(buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension Request {
    /// The query's value for `name`, percent-decoded.
    func query(_ name: String) -> String? {
        uri.queryParameters[Substring(name)].map(String.init)
    }

    /// The body as the strict members of a JSON object; refuses another content type.
    func jsonFields() async throws -> JSONFields {
        guard let type = headers[.contentType], type.lowercased().hasPrefix("application/json") else {
            throw Refusal(415, "the body must be application/json")
        }
        return try JSONFields(Data(try await body.collect(upTo: StandInMiddleware.maximumBodyBytes).readableBytesView))
    }
}

extension RecordedRequest {
    init(_ request: Request, body: ByteBuffer) {
        self.init(
            at: Date(),
            method: request.method.rawValue,
            path: request.uri.path.removingPercentEncoding ?? request.uri.path,
            query: Self.queryItems(request.uri.query),
            headers: request.headers.map { Pair(name: $0.name.canonicalName, value: $0.value) },
            body: Data(body.readableBytesView)
        )
    }

    /// The names and values of a query or a form, percent-decoded, in the order they come.
    static func queryItems(_ text: String?) -> [Pair] {
        (text ?? "").split(separator: "&").map { item in
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = halves.map { String($0).replacing("+", with: " ").removingPercentEncoding ?? String($0) }
            return Pair(name: texts[0], value: texts.count > 1 ? texts[1] : "")
        }
    }
}
