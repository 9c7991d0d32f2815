// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

extension Request {
    /// The query's names and values, percent-decoded, in the order they came.
    var queryItems: [RecordedRequest.Pair] {
        RecordedRequest.queryItems(uri.query)
    }

    /// The members of a JSON body; an empty body is an empty object.
    func flameBody() async throws -> [String: JSONValue] {
        let buffer = try await body.collect(upTo: StandInMiddleware.maximumBodyBytes)
        guard buffer.readableBytes > 0 else { return [:] }
        guard headers[.contentType]?.lowercased().hasPrefix("application/json") == true,
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(buffer.readableBytesView)),
            let members = value.objectValue
        else { throw FlameRefusal.badRequest("The body is no JSON object.") }
        return members
    }

    /// The texts of a body that is JSON or a form.
    func flameForm() async throws -> [String: String] {
        if headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true {
            let text = String(buffer: try await body.collect(upTo: 1 << 16))
            return Dictionary(RecordedRequest.queryItems(text).map { ($0.name, $0.value) }) { $1 }
        }
        return try await flameBody().compactMapValues(\.stringValue)
    }
}
