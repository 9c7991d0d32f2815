// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird

/// The fields of an urlencoded form or of a query, each at most once.
struct FormFields: Sendable {
    private let fields: [String: String]

    init(_ text: some StringProtocol) throws(Refusal) {
        var fields: [String: String] = [:]
        for item in text.split(separator: "&") {
            let halves = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0).replacing("+", with: " ").removingPercentEncoding }
            guard halves.count == 2, let name = halves[0], let value = halves[1] else {
                throw .badRequest("the form is malformed")
            }
            guard fields.updateValue(value, forKey: name) == nil else { throw .badRequest("\(name) comes twice") }
        }
        self.fields = fields
    }

    init(body request: Request) async throws {
        guard request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true else {
            throw Refusal(415, "the body must be a form")
        }
        try self.init(String(buffer: try await request.body.collect(upTo: 1 << 20)))
    }

    subscript(name: String) -> String? { fields[name] }

    func required(_ name: String) throws(OAuthRefusal) -> String {
        guard let value = fields[name], !value.isEmpty else {
            throw OAuthRefusal(error: "invalid_request", description: "\(name) is missing")
        }
        return value
    }
}

/// A refusal of an OAuth endpoint; its body has an error code.
struct OAuthRefusal: Error, Sendable {
    let error: String
    let description: String
    var status = 400

    var response: Response {
        .json(
            ["error": .string(error), "error_description": .string(description)],
            status: .init(code: status)
        )
    }
}
