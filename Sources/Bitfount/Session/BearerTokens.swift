// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Access tokens from a source outside Bitfount, asked again when the last one is about to expire
/// (bitfount-protocol.md, 2.5).
actor BearerTokens {
    nonisolated let username: String
    private let source: @Sendable () async throws -> AccessToken
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private var current: AccessToken?
    private let flight = SingleFlight<Secret>()

    /// A token that expires within this time is not used any more.
    static let margin: TimeInterval = 20
    /// How often a source that hands out expired tokens is asked, and the pauses between.
    static let pauses: [Duration] = [.zero, .seconds(1), .seconds(2)]

    init(
        username: String,
        source: @escaping @Sendable () async throws -> AccessToken,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Date
    ) {
        self.username = username
        self.source = source
        self.clock = clock
        self.now = now
    }

    func accessToken() async throws(BitfountError) -> Secret {
        if let current, isFresh(current) { return current.token }
        return try await flight.run { [self] () async throws(BitfountError) in try await renew() }
    }

    private func isFresh(_ token: AccessToken) -> Bool {
        token.expiresAt > now().addingTimeInterval(Self.margin)
    }

    private func renew() async throws(BitfountError) -> Secret {
        for pause in Self.pauses {
            let token: AccessToken
            do {
                if pause > .zero { try await clock.sleep(for: pause) }
                token = try await source()
            } catch is CancellationError {
                throw BitfountError(.cancelled, "Waiting for an access token was cancelled")
            } catch {
                throw BitfountError(.notLoggedIn, "The source of access tokens failed", underlying: error)
            }
            if isFresh(token) {
                current = token
                return token.token
            }
        }
        throw BitfountError(.notLoggedIn, "The source of access tokens only hands out expired ones")
    }
}
