// SPDX-License-Identifier: Apache-2.0

/// The credentials that came with a request.
enum PresentedCredentials: Sendable, Equatable {
    case apiKey(id: String, key: String)
    case token(String)
}

extension PresentedCredentials {
    /// The headers of a Hub or Access Manager request (bitfount-protocol.md, 2.2).
    init?(headers: (String) -> String?) throws(Refusal) {
        let bearer = headers("authorization")
        switch (bearer, headers("x-api-key-id"), headers("x-api-key")) {
        case (nil, nil, nil):
            return nil
        case (let bearer?, nil, nil):
            guard bearer.hasPrefix("Bearer ") else {
                throw .unauthorised("the authorization header is no bearer token")
            }
            self = .token(String(bearer.dropFirst("Bearer ".count)))
        case (nil, let id?, let key?):
            self = .apiKey(id: id, key: key)
        default:
            throw .unauthorised("two kinds of credentials, or half an API key")
        }
    }
}
