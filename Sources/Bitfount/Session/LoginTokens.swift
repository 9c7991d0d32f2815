// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import SystemFiles

/// The tokens of a device-code login: read from its file, renewed before they expire, and written back before they are
/// used (bitfount-protocol.md, 2.4 to 2.7).
actor LoginTokens {
    private let file: TokenFile
    private let configuredUsername: String?
    private let settings: LoginSettings
    private let oauth: OAuthClient
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let flight = SingleFlight<StoredLogin>()
    private var login: StoredLogin?
    /// A renewed login that could not be written yet, and the refresh token that it cost.
    private var unsaved: (renewed: StoredLogin, spent: Secret)?

    /// The access token is renewed this long before it expires.
    static let margin: TimeInterval = 600

    init(
        file: TokenFile,
        username: String?,
        settings: LoginSettings,
        oauth: OAuthClient,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Date,
        logger: Logger
    ) {
        self.file = file
        self.configuredUsername = username
        self.settings = settings
        self.oauth = oauth
        self.clock = clock
        self.now = now
        self.logger = logger
    }

    func accessToken() async throws(BitfountError) -> Secret {
        try await current().accessToken
    }

    func username() async throws(BitfountError) -> String {
        let login = try await current()
        guard let name = configuredUsername ?? login.username else {
            throw Self.loginNeeded("The stored login does not say whose it is")
        }
        return name
    }

    private func current() async throws(BitfountError) -> StoredLogin {
        if let login, isFresh(login) { return login }
        return try await flight.run { [self] () async throws(BitfountError) in try await renew() }
    }

    private func isFresh(_ login: StoredLogin) -> Bool {
        login.expiresAt.addingTimeInterval(-Self.margin) > now()
    }

    /// Under the lock nobody else of ours renews; the file is read again because another program may have done so.
    private func renew() async throws(BitfountError) -> StoredLogin {
        let lock = try await TokenFileLock.acquire(for: file, clock: clock)
        defer { lock.release() }
        guard let stored = file.load(for: settings, logger: logger) else {
            throw Self.loginNeeded("Nobody is logged in")
        }
        try checkUser(stored)
        if let unsaved, unsaved.spent == stored.refreshToken {
            return try save(unsaved.renewed, spent: unsaved.spent)
        }
        if isFresh(stored) {
            login = stored
            return stored
        }
        guard let refreshToken = stored.refreshToken else {
            return try usable(stored, or: Self.loginNeeded("The login has expired"))
        }
        do throws(BitfountError) {
            let grant = try await oauth.refresh(refreshToken)
            let renewed = try StoredLogin(grant, at: now(), renewing: stored)
            return try save(renewed, spent: refreshToken)
        } catch let error where error.code == .identityRefused {
            return try usable(stored, or: Self.loginNeeded("The login has expired", underlying: error))
        } catch {
            return try usable(stored, or: error)
        }
    }

    private func save(_ renewed: StoredLogin, spent: Secret) throws(BitfountError) -> StoredLogin {
        // The spent token is dead at the tenant: until its successor is on disk, this copy is all there is.
        unsaved = (renewed, spent)
        try file.store(renewed, for: settings)
        unsaved = nil
        try checkUser(renewed)
        login = renewed
        return renewed
    }

    /// A token in its last ten minutes is better than none while the identity provider cannot be reached.
    private func usable(_ login: StoredLogin, or error: BitfountError) throws(BitfountError) -> StoredLogin {
        guard login.expiresAt > now() else { throw error }
        logger.warning("the login could not be renewed yet", metadata: ["error": "\(error)"])
        return login
    }

    private func checkUser(_ login: StoredLogin) throws(BitfountError) {
        guard let configuredUsername, login.username != configuredUsername else { return }
        throw BitfountError(
            .wrongUser,
            "The stored login is \(login.username.map { "\($0)'s" } ?? "nobody's"), but \(configuredUsername) is "
                + "configured: run `pod-agent login` as that user"
        )
    }

    private static func loginNeeded(_ reason: String, underlying: (any Error)? = nil) -> BitfountError {
        BitfountError(.notLoggedIn, "\(reason): run `pod-agent login`", underlying: underlying)
    }
}
