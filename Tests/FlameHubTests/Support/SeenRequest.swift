// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

@testable import FlameHub

/// A request as a server saw it.
struct SeenRequest: Sendable {
    let method: String
    /// The path and the query, byte for byte.
    let target: String
    var headers: HTTPHeaders = [:]
    var body = Data()

    init?(head: String) {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines.removeFirst().split(separator: " ")
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            headers.append(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
    }

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The parameters, decoded.
    var query: [String: String] {
        let pairs = target.drop { $0 != "?" }.dropFirst().split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), Self.decoded(parts.count > 1 ? parts[1] : ""))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func decoded(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? String(text)
    }

    /// The body as JSON.
    var json: JSONObject {
        (try? JSONValue(parsing: body))?.objectValue ?? [:]
    }

    /// The token that came along.
    var token: String? {
        headers["Authorization"].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
    }
}
