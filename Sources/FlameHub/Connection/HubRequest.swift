// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// One call, before it has a server and a token.
struct HubRequest: Sendable {
    var method: HTTPMethod
    /// The path below the service's base URL, without a leading slash.
    var path: String
    var query: [(String, String)] = []
    var headers: HTTPHeaders = [:]
    var body: HTTPBody = .empty
    /// Whether sending it twice does no more than sending it once.
    var mayRepeat: Bool
    /// Who is held back by a 429, for a call without a token; `nil` for everybody without one.
    var identity: ObjectIdentifier?
    /// Whether the call fails at once if the service wants to be left alone.
    var isImpatient = false
    /// Whether the body or the reply is too large for a time limit over all.
    var isStream = false

    static func get(_ path: String, query: [(String, String)] = []) -> HubRequest {
        HubRequest(method: .get, path: path, query: query, mayRepeat: true)
    }

    static func post(_ path: String, _ fields: JSONObject, mayRepeat: Bool) -> HubRequest {
        HubRequest(
            method: .post,
            path: path,
            headers: ["Content-Type": "application/json"],
            body: .bytes(Data(JSONValue.object(fields).text.utf8)),
            mayRepeat: mayRepeat
        )
    }

    static func delete(_ path: String, query: [(String, String)] = []) -> HubRequest {
        HubRequest(method: .delete, path: path, query: query, mayRepeat: false)
    }
}
