// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport

/// What came of an attempt to renew a login. Which of these it is decides whether the refresh token may be sent again.
enum RenewalOutcome: Sendable {
    case granted(OAuthGrant)
    /// The tenant did not take the token; it can be sent again, after the pause that the tenant asks for.
    case notDone(BitfountError, after: Duration?)
    /// The tenant may have spent the token. Where it detects reuse, sending it again would end the whole login.
    case unknown(BitfountError)
    /// The token is worth nothing any more.
    case ended(BitfountError)

    /// What an answer of the token endpoint means (RFC 6749, section 5.2).
    init(_ response: ServiceResponse) {
        let pause = response.http.headers["Retry-After"].flatMap { RetryAfter.parse($0, now: Date()) }
        switch (response.status, response.oauthError) {
        case (200, _):
            do throws(BitfountError) {
                self = .granted(try response.decoded(as: OAuthGrant.self))
            } catch {
                self = .unknown(error)
            }
        case (400..<500, "invalid_grant"):
            self = .ended(response.failure(.identityRefused, "The identity provider refused: invalid_grant"))
        case (_, "server_error"), (_, "temporarily_unavailable"), (_, "slow_down"):
            self = .notDone(response.failure(.serverFailure, "The identity provider has a fault"), after: pause)
        case (429, _), (503, _):
            self = .notDone(response.failure(), after: pause)
        case (400..<500, let name?):
            // Such as invalid_client: a matter of the settings here or there, which says nothing about the login.
            self = .notDone(response.failure(.refused, "The identity provider refused: \(name)"), after: pause)
        case (300..<500, _):
            self = .notDone(response.failure(), after: pause)
        default:
            self = .unknown(response.failure())
        }
    }
}

extension BitfountError {
    /// Whether the request that failed may have reached the service.
    var wasSent: Bool {
        guard let transport = underlying as? HTTPError else { return code != .cancelled && code != .invalidArgument }
        switch transport.code {
        case .connectionLost, .timedOut, .malformedResponse, .responseTooLarge, .cancelled: return true
        default: return false
        }
    }
}
