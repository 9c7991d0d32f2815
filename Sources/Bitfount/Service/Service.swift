// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport

/// A JSON service of Bitfount or of its identity provider: builds requests, attaches credentials, names failures.
struct Service: Sendable {
    let base: URL
    /// Nil for calls that carry no credentials.
    let session: BitfountSession?
    let http: HTTPClient

    /// Sends a call. Any status comes back as a response.
    func send(_ call: ServiceCall) async throws(BitfountError) -> ServiceResponse {
        let url = try call.url(below: base)
        var request = HTTPRequest(call.method, url)
        request.timeout = call.timeout
        request.connectTimeout = call.timeout
        request.retry = call.retry
        request.maximumResponseBytes = call.maximumResponseBytes
        // Also without a session: forms carry codes and refresh tokens, which no redirect may carry elsewhere.
        request.isCredentialed = true
        request.headers["Accept"] = "application/json"
        switch call.body {
        case .none: break
        case .json(let bytes):
            request.headers["Content-Type"] = "application/json"
            request.body = .bytes(Data(bytes))
        case .form(let fields):
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.body = .bytes(Data(FormEncoding.encode(fields).utf8))
        }
        guard let session else { return try await send(request) }
        let headers = try await session.headers(for: url)
        request.headers.merge(headers)
        let response = try await send(request)
        guard response.status == 401, await session.replaceRefused(headers) else { return response }
        request.headers.merge(try await session.headers(for: url))
        return try await send(request)
    }

    private func send(_ request: HTTPRequest) async throws(BitfountError) -> ServiceResponse {
        do {
            let response = try await http.send(request)
            return ServiceResponse(method: request.method, url: RedactedURL(request.url), http: response)
        } catch {
            throw BitfountError(error)
        }
    }

    /// Sends a call that must succeed.
    ///
    /// - Parameter statuses: what counts as success.
    /// - Throws: the code of the status for any other.
    func send(_ call: ServiceCall, expecting statuses: Set<Int>) async throws(BitfountError) -> ServiceResponse {
        let response = try await send(call)
        guard statuses.contains(response.status) else { throw response.failure() }
        return response
    }
}

extension Set<Int> {
    /// What the calls of the Hub that bitfount-protocol.md, 3.2, calls "2xx" count as success.
    static let anySuccess: Set<Int> = Set(200..<300)
}
