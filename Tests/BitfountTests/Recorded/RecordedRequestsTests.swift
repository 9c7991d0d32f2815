// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

/// Every recorded request of the genuine SDKs, compared with what the Swift clients send.
@Suite(.timeLimit(.minutes(2)))
struct RecordedRequestsTests {
    /// Calls whose outcome differs on purpose. In both the Hub has not confirmed the heartbeat, which the SDK only logs.
    static let failsOnlyHere: Set = ["heartbeat, answer is not JSON", "heartbeat, HTTP 202"]

    /// Fields whose values the recording does not let us reproduce: the source of the model is not part of it.
    static let unreproducible: Set = ["modelSize", "modelHash"]

    @Test func hasAllRecordings() {
        #expect(RecordedCall.all.count == 116)
    }

    @Test(arguments: RecordedCall.all)
    func sendsTheSame(_ call: RecordedCall) async throws {
        let backend = try RecordedBackend(call)
        defer { backend.stop() }
        let http = HTTPClient(clock: RecordingClock(), environment: [:])
        var failure: (any Error)?
        do {
            try await call.drive(backend.environment(), http)
        } catch {
            failure = error
        }
        #expect(
            (failure != nil) == (call.raises || Self.failsOnlyHere.contains(call.name)),
            "\(String(describing: failure))"
        )
        #expect(failure == nil || failure is BitfountError)

        // The SDK repeats a request that was answered 404 or 500. Here 404 is an answer, and a fault that the server itself
        // reports is not made better by asking again; only dropped connections and 429, 502, 503, 504 are tried again.
        let expected = call.requests.filter { request in
            !(call.requests.first != request && call.requests.first?["path"] == request["path"]
                && [404, 500].contains(request["status"]?.intValue))
        }
        let isRepeated = call.requests.count > 1 && [404, 500].contains(call.requests[0]["status"]?.intValue)
        let received = backend.received
        #expect(received.count == (isRepeated ? 1 : expected.count))
        for (arrival, request) in zip(received, call.requests) {
            compare(arrival, JSONValue.object(request), call)
        }
    }

    private func compare(_ arrival: RecordedBackend.Arrival, _ expected: JSONValue, _ call: RecordedCall) {
        let request = arrival.request
        #expect(arrival.service == expected["service"].stringValue)
        #expect(request.method == expected["method"].stringValue)
        #expect(Self.matches(.string(request.path), expected["path"]))
        let query = request.query.sorted { $0[0] < $1[0] }.map { JSONValue.array($0.map(JSONValue.string)) }
        #expect(Self.matches(.array(query), expected["query"]), "\(query)")
        for name in ["content-type", "x-api-key-id", "x-api-key", "authorization"] {
            var value = request.headers[name]
            // The boundary is random.
            if let text = value, text.hasPrefix("multipart/form-data;") { value = "multipart/form-data" }
            #expect(Self.matches(JSONValue(value), expected["headers"][name]), "\(name)")
        }
        switch expected["body"] {
        case .null:
            // Of a refused upload the recording has no body.
            #expect(request.body.isEmpty || arrival.service == "s3")
        case let body where body["json"] != .null:
            #expect(
                Self.matches(request.json ?? .null, body["json"]),
                "\(String(decoding: request.body, as: UTF8.self))"
            )
        case let body where body["b64"] != .null:
            #expect(request.body == Data(base64Encoded: body["b64"].stringValue ?? ""))
        case let body:
            compareForm(request, body, call)
        }
    }

    private func compareForm(_ request: ReceivedRequest, _ expected: JSONValue, _ call: RecordedCall) {
        guard let form = ReceivedForm(request) else {
            Issue.record("not a form: \(request.body.count) bytes")
            return
        }
        #expect(request.headers["Content-Length"] == String(request.body.count))
        #expect(request.headers["Transfer-Encoding"] == nil)
        let fields = form.parts.dropLast()
        #expect(fields.map(\.name) == expected["fields"].objectValue?.keys)
        for field in fields {
            let value = JSONValue.string(String(decoding: field.content, as: UTF8.self))
            #expect(Self.matches(value, expected["fields"][field.name]))
        }
        let file = form.parts.last
        #expect(file?.name == expected["files"][0]["name"].stringValue)
        #expect(file?.filename != nil)
        guard !call.method.hasSuffix("send_model") else { return }
        #expect(file?.content.count == expected["files"][0]["size"].intValue)
        #expect(Hex.encode(SHA256.hash(file?.content ?? Data())) == expected["files"][0]["sha256"].stringValue)
    }

    /// Deep equality, kinds of numbers included. Names in angle brackets stand for anything, in part of a text too.
    static func matches(_ value: JSONValue, _ expected: JSONValue) -> Bool {
        switch (value, expected) {
        case (.object(let object), .object(let expected)):
            return Set(object.keys) == Set(expected.keys)
                && object.keys.allSatisfy { key in
                    unreproducible.contains(key) || matches(object[key] ?? .null, expected[key] ?? .null)
                }
        case (.array(let elements), .array(let expected)):
            return elements.count == expected.count && zip(elements, expected).allSatisfy { matches($0, $1) }
        case (.string(let text), .string(let expected)):
            guard let open = expected.firstIndex(of: "<"), let close = expected.lastIndex(of: ">") else {
                return text == expected
            }
            return text.hasPrefix(expected[..<open]) && text.hasSuffix(expected[close...].dropFirst())
        default:
            return value == expected
        }
    }
}
