// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import PodSandbox

/// Sends requests as they are, without the typed clients, which would refuse to send some of them.
struct FlameRawCaller: Sendable {
    let hub: FlameTestHub
    let token: String?

    /// Signs in.
    init(_ hub: FlameTestHub, _ account: FlameSeed.Account) async throws {
        let anonymous = FlameRawCaller(hub: hub, token: nil)
        let answer = try await anonymous.send(
            .post,
            "auth/token",
            body: [
                "grant_type": "password", "username": .string(account.name), "password": .string(account.secret),
                "realm_name": .string(account.realm),
            ]
        )
        self.init(hub: hub, token: answer.json?.objectValue?["access_token"]?.stringValue)
    }

    init(hub: FlameTestHub, token: String?) {
        self.hub = hub
        self.token = token
    }

    struct Answer: Sendable {
        let status: Int
        let body: Data
        var json: JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: body) }
        var code: String? { json?.objectValue?["code"]?.stringValue }
    }

    func get(_ path: String, _ query: [(String, String)] = []) async throws -> [String: JSONValue] {
        try await send(.get, path, query).json?.objectValue ?? [:]
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ query: [(String, String)] = [],
        body: JSONValue? = nil
    ) async throws -> Answer {
        let items = query.map { name, value in
            "\(Self.encoded(name))=\(Self.encoded(value))"
        }
        let text =
            try hub.stand.url.absoluteString + "/\(path)" + (items.isEmpty ? "" : "?\(items.joined(separator: "&"))")
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        let base = try hub.stand.url
        var request = HTTPRequest(method, URL(string: text) ?? base, headers: headers)
        if let body { request.body = .bytes(try body.encoded()) }
        request.retry = .none
        let response = try await hub.http.send(request)
        return Answer(status: response.status, body: response.body)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}
