// SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StrictJSON

/// Reads the replies of a service, enveloped or bare (flame-hub.md, 3.4).
struct ReplyReader {
    let service: HubService

    /// A reply that must be an object, without its envelope.
    func object(_ response: HTTPResponse) throws(FlameHubError) -> JSONObject {
        guard let body = try value(response).objectValue else { throw malformed("is not an object") }
        guard let data = body["data"], body["meta"] != nil else { return body }
        guard let record = data.objectValue else { throw malformed("wraps no object") }
        return record
    }

    /// A reply that must be a list, and what it says about itself.
    func list(_ response: HTTPResponse) throws(FlameHubError) -> (rows: [JSONValue], meta: JSONObject) {
        guard let body = try value(response).objectValue, let rows = body["data"]?.arrayValue else {
            throw malformed("is not a list")
        }
        return (rows, body["meta"]?.objectValue ?? [:])
    }

    private func value(_ response: HTTPResponse) throws(FlameHubError) -> JSONValue {
        do {
            return try JSONValue(reply: response.body)
        } catch {
            var failure = malformed("is not JSON")
            failure.status = response.status
            failure.bodyExcerpt = response.excerpt
            failure.underlying = error
            throw failure
        }
    }

    func malformed(_ what: String) -> FlameHubError {
        var error = FlameHubError(.malformedResponse, "A reply of the \(service) service \(what).")
        error.service = service
        return error
    }
}
