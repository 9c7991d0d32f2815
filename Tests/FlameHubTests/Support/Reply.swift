// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

@testable import FlameHub

/// An answer of a scripted server.
struct Reply: Sendable {
    var status = 200
    var headers = ["Content-Type: application/json; charset=utf-8"]
    var body = Data()

    var bytes: Data {
        let head = (["HTTP/1.1 \(status) Status", "Content-Length: \(body.count)"] + headers).joined(separator: "\r\n")
        return Data("\(head)\r\n\r\n".utf8) + body
    }

    static func json(_ text: String, status: Int = 200) -> Reply {
        Reply(status: status, body: Data(text.utf8))
    }

    static func text(_ text: String, status: Int, headers: [String] = []) -> Reply {
        Reply(status: status, headers: ["Content-Type: text/html; charset=utf-8"] + headers, body: Data(text.utf8))
    }

    /// A list as hub 0.14 sends it.
    static func list(_ rows: [JSONValue], total: Int? = nil, limit: Int = 50, offset: Int = 0) -> Reply {
        let meta: JSONValue = .object([
            "total": .integer(Int64(total ?? rows.count)), "limit": .integer(Int64(limit)),
            "offset": .integer(Int64(offset)),
        ])
        return json(JSONValue.object(["data": .array(rows), "meta": meta]).text)
    }

    /// A single record as hub 0.14 sends it.
    static func record(_ row: JSONValue, status: Int = 200) -> Reply {
        json(JSONValue.object(["data": row, "meta": .object([:])]).text, status: status)
    }

    /// What Core says about itself.
    static func root(_ version: String) -> Reply {
        json(#"{"version":"\#(version)","timestamp":1787237928000}"#)
    }

    /// A token reply.
    static func token(_ token: String, refresh: String? = nil, expiresIn: Int = 900) -> Reply {
        let refresh = refresh.map { #","refresh_token":"\#($0)","refresh_token_expires_in":259200"# } ?? ""
        return json(
            #"{"access_token":"\#(token)","expires_in":\#(expiresIn),"token_type":"Bearer","scope":"global"\#(refresh)}"#
        )
    }

    /// The plain text of the Hub's rate limit (flame-hub.md, 7.5).
    static let tooMany = text(
        "Too many requests, please try again later.",
        status: 429,
        headers: ["retry-after: 60", "ratelimit-limit: 60000", "ratelimit-remaining: 0", "ratelimit-reset: 60"]
    )
}
