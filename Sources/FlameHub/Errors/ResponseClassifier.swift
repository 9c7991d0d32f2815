// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StrictJSON

/// Turns a response that is not a success into an error (flame-hub.md, 7).
struct ResponseClassifier {
    let service: HubService
    /// Whether the request carried a token.
    let isAuthenticated: Bool
    let now: Date

    /// How long a service is left alone if its 429 does not say (flame-hub.md, 7.5: the window is 60 s).
    static let defaultPause: Duration = .seconds(60)

    func error(for response: HTTPResponse) -> FlameHubError {
        // Anything but an object is opaque: proxies answer with pages, the rate limit with plain text.
        let body = (try? JSONValue(reply: response.body))?.objectValue.map(HubErrorResponse.init)
        var error = classified(status: response.status, response: body, isEmpty: response.body.isEmpty)
        error.service = service
        error.status = response.status
        error.response = body
        error.headers = response.headers
        error.bodyExcerpt = response.excerpt
        if response.status == 429 {
            error.retryAfter =
                response.headers["Retry-After"].flatMap { RetryAfter.parse($0, now: now) } ?? seconds(in: body)
                ?? Self.defaultPause
        }
        return error
    }

    func isTokenProblem(_ error: FlameHubError) -> Bool {
        guard isAuthenticated, let status = error.status else { return false }
        return TokenProblem.isSeen(in: error.response, status: status, from: service)
    }

    private func classified(status: Int, response: HubErrorResponse?, isEmpty: Bool) -> FlameHubError {
        if status >= 400, TokenProblem.isAuthAway(response) {
            return FlameHubError(.server, "The \(service) service can't reach Auth.")
        }
        if isAuthenticated, TokenProblem.isSeen(in: response, status: status, from: service) {
            return FlameHubError(.authentication, "The \(service) service does not accept the token.")
        }
        if Self.isPermissionProblem(status: status, response: response) {
            return FlameHubError(.permission, "The identity that is signed in may not do this.")
        }
        return switch status {
        case 401: FlameHubError(.authentication, "The \(service) service asks to sign in.")
        case 404 where Self.isUnknownRoute(response, isEmpty: isEmpty):
            FlameHubError(.unsupported, "This hub has nothing of that kind.")
        case 404: FlameHubError(.notFound, "The record does not exist.")
        case 409: FlameHubError(.conflict, "A record with the same unique fields exists already.")
        case 429: FlameHubError(.rateLimited, "The \(service) service asks to be left alone for a while.")
        case 500...: FlameHubError(.server, "The \(service) service failed.")
        case 400..<500: FlameHubError(.rejected, "The \(service) service refuses the request.")
        default: FlameHubError(.malformedResponse, "The \(service) service answered with an unexpected status.")
        }
    }

    /// A path that the service does not know, other than a record that is not there (flame-hub-differences.md, E10; 0.8: W1).
    private static func isUnknownRoute(_ response: HubErrorResponse?, isEmpty: Bool) -> Bool {
        guard let response else { return isEmpty }
        return response.code == nil && response.statusCode == nil && response.extra["status"]?.integerValue == 404
    }

    /// Core answers a missing permission with 400 from hub 0.8.36 on; only the issues tell it from bad input.
    private static func isPermissionProblem(status: Int, response: HubErrorResponse?) -> Bool {
        if status == 403 { return true }
        guard status == 400, let response else { return false }
        return response.flattenedIssues.contains { $0.code?.hasPrefix("permission_") == true }
            || response.code?.hasPrefix("permission_") == true
            || response.message?.lowercased().contains("permission") == true
    }

    private func seconds(in response: HubErrorResponse?) -> Duration? {
        let extra = response?.extra
        let value = extra?["retryAfter"] ?? extra?["data"]?.objectValue?["retryAfter"]
        return value?.integerValue.map { .seconds(max(0, $0)) }
    }
}
