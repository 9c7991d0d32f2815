// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport

/// Where a tenant's endpoints are: at the paths of Bitfount's own tenant, or where the tenant's document says (OpenID Connect
/// Discovery 1.0, section 4).
actor OAuthEndpoints {
    enum Kind: Sendable {
        case token
        case deviceAuthorization
    }

    /// A base URL and the path below it.
    struct Place: Sendable {
        let base: URL
        var path: [String] = []
    }

    private struct Document: Decodable {
        let issuer: String
        let tokenEndpoint: String
        let deviceAuthorizationEndpoint: String?

        private enum CodingKeys: String, CodingKey {
            case issuer
            case tokenEndpoint = "token_endpoint"
            case deviceAuthorizationEndpoint = "device_authorization_endpoint"
        }
    }

    private let authority: URL
    private let isDiscovered: Bool
    private let http: HTTPClient
    private let limits: OAuthLimits
    private var document: Document?

    init(authority: URL, isDiscovered: Bool, http: HTTPClient, limits: OAuthLimits) {
        self.authority = authority
        self.isDiscovered = isDiscovered
        self.http = http
        self.limits = limits
    }

    /// - Throws: `malformedResponse` where the document names no such endpoint, or one that may not be used; otherwise what asking for
    ///   the document throws.
    func place(of kind: Kind) async throws(BitfountError) -> Place {
        guard isDiscovered else {
            return Place(base: authority, path: kind == .token ? ["oauth", "token"] : ["oauth", "device", "code"])
        }
        let document = try await discovered()
        let text = kind == .token ? document.tokenEndpoint : document.deviceAuthorizationEndpoint
        guard let text else {
            throw BitfountError(.refused, "The identity provider \(authority) offers no login by device code")
        }
        guard let url = URL(string: text), url.query() == nil, url.fragment() == nil, let origin = HTTPOrigin(url),
            origin.scheme == "https" || (origin.isLoopback && HTTPOrigin(authority)?.isLoopback == true)
        else {
            throw BitfountError(.malformedResponse, "The identity provider names an endpoint that is no https URL")
        }
        return Place(base: url)
    }

    private func discovered() async throws(BitfountError) -> Document {
        if let document { return document }
        var call = ServiceCall(.get, [".well-known", "openid-configuration"], timeout: limits.requestTimeout)
        call.maximumResponseBytes = limits.maximumResponseBytes
        let response = try await Service(base: authority, session: nil, http: http).send(call, expecting: [200])
        let found = try response.decoded(as: Document.self)
        // Another issuer's document would send codes and tokens elsewhere (section 4.3).
        guard Self.withoutSlash(found.issuer) == Self.withoutSlash(authority.absoluteString) else {
            throw response.failure(.malformedResponse, "The identity provider's document is another one's")
        }
        document = found
        return found
    }

    private static func withoutSlash(_ text: String) -> Substring {
        text.hasSuffix("/") ? text.dropLast() : text[...]
    }
}
