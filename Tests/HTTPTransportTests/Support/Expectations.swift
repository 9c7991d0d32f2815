// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Testing

/// Expects a call to fail with an `HTTPError` of a code.
@discardableResult
func expect<Value>(
    _ code: HTTPError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    isolation: isolated (any Actor)? = #isolation,
    from call: () async throws -> Value
) async -> HTTPError? {
    do {
        _ = try await call()
        Issue.record("Nothing was thrown.", sourceLocation: sourceLocation)
    } catch let error as HTTPError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}

extension HTTPRequest {
    /// A request that is made once, with time for a machine on which many tests run.
    static func once(_ method: HTTPMethod = .get, _ url: URL, body: HTTPBody = .empty) -> HTTPRequest {
        var request = HTTPRequest(method, url, body: body)
        request.retry = .none
        request.timeout = .seconds(60)
        return request
    }
}
