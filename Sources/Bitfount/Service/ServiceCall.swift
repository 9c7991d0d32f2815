// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// One call of a JSON service, before it is a request.
struct ServiceCall: Sendable {
    enum Body: Sendable {
        case none
        /// Serialized JSON.
        case json([UInt8])
        case form([(String, String)])
    }

    var method: HTTPMethod
    /// The path below the base URL, each segment as plain text.
    var path: [String]
    var query: [(String, String)] = []
    var body: Body = .none
    /// For one attempt. bitfount-protocol.md, 3.2 and 4.1, names one for each call.
    var timeout: Duration
    var retry: RetryPolicy = .standard
    /// Default 16 MiB.
    var maximumResponseBytes: Int64 = 16 * 1024 * 1024

    init(_ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], timeout: Duration) {
        self.method = method
        self.path = path
        self.query = query
        self.timeout = timeout
    }

    /// A call with a JSON body.
    ///
    /// - Throws: `invalidArgument` for a number that JSON cannot express.
    init(
        _ method: HTTPMethod,
        _ path: [String],
        query: [(String, String)] = [],
        json: JSONObject,
        timeout: Duration
    ) throws(BitfountError) {
        self.init(method, path, query: query, timeout: timeout)
        body = .json(try JSONValue.object(json).body())
    }

    /// The URL below a base, with every segment percent-encoded as a whole.
    ///
    /// - Throws: `invalidArgument` for a segment that a server would resolve instead of looking it up.
    func url(below base: URL) throws(BitfountError) -> URL {
        var text = base.absoluteString
        while text.hasSuffix("/") { text.removeLast() }
        for segment in path {
            guard
                !segment.isEmpty, segment != ".", segment != "..",
                let encoded = segment.addingPercentEncoding(withAllowedCharacters: Self.unreserved)
            else {
                throw BitfountError(.invalidArgument, "A name or id is empty or cannot be part of a URL")
            }
            text += "/" + encoded
        }
        if !query.isEmpty { text += "?" + FormEncoding.encode(query) }
        guard let url = URL(string: text) else {
            throw BitfountError(.invalidArgument, "The base URL of a service is not valid")
        }
        return url
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:"
    )
}
