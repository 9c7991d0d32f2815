// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import SystemFiles
import Timekeeping

/// The tokens of a device-code login: read from its file, renewed before they expire, and written back before they are
/// used (bitfount-protocol.md, 2.4 to 2.7).
///
/// While the access token is good nobody waits for its renewal, and a renewal that fails is tried again after a pause.
actor LoginTokens {
    /// The access token is renewed this long before it expires, in seconds, or a sixth of its life if that is less.
    static let longestMargin: TimeInterval = 600
    static let marginPart = 1.0 / 6
    /// A token is not used in its last seconds: it would expire on its way.
    static let shortestUse: TimeInterval = 5
    /// The pauses after renewals that failed.
    static let backoff = Backoff(first: .seconds(5), cap: .seconds(300), jitter: .none)
    /// The longest pause that a tenant can ask for.
    static let longestPause: Duration = .seconds(3600)
    /// A token that a service refuses is replaced once in this time, in seconds: if the new one is refused as well, the fault
    /// lies elsewhere.
    static let pauseAfterRefusal: TimeInterval = 300

    private let file: TokenFile
    private let configuredUsername: String?
    private let settings: LoginSettings
    private let oauth: OAuthClient
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let flight = SingleFlight<StoredLogin>()

    private var login: StoredLogin?
    /// How long the access token of ``login`` works altogether, in seconds, if that is known.
    private var lifetime: TimeInterval?
    /// Whose the login was when somebody first asked; nobody else's is taken from then on.
    private var firstUsername: String?
    /// A renewed login that could not be written yet, and the refresh token that it cost.
    private var unsaved: (renewed: StoredLogin, spent: Secret)?
    /// A refresh token that was sent, but nobody knows what came of it.
    private var inDoubt: Secret?
    /// The access token that a service refused just now.
    private var refused: Secret?
    /// When a refresh token was last spent because of a refusal.
    private var renewedForRefusal: Date?
    private var failures = 0
    private var nextAttempt: Date?
    private var lastError: BitfountError?

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
        firstUsername = firstUsername ?? name
        return name
    }

    /// Why the login can't be renewed, while its access token is still good; `nil` if nothing is wrong.
    var renewalProblem: String? { lastError.map { "the login can't be renewed: \($0)" } }

    /// Replaces an access token that a service refused: by what is in the file by now, else by a renewal.
    ///
    /// - Returns: Whether there is another token now.
    func replace(_ token: Secret) async -> Bool {
        if let login, login.accessToken != token { return isUsable(login) }
        refused = token
        // Where there is no better one, the services go on deciding about it.
        defer { if login?.accessToken == token { refused = nil } }
        do throws(BitfountError) {
            return try await renewed().accessToken != token
        } catch {
            logger.warning("a refused access token could not be replaced", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Waits until no renewal is under way, so that a new refresh token isn't lost with the process.
    nonisolated func finishRenewal() async { await flight.end() }

    private func current() async throws(BitfountError) -> StoredLogin {
        guard let login, isUsable(login) else { return try await renewed() }
        if isDue(login) || unsaved != nil, !isPausing {
            // Unstructured, because nobody waits for it: its failure is in `lastError`.
            Task { _ = try? await self.renewed() }
        }
        return login
    }

    private func renewed() async throws(BitfountError) -> StoredLogin {
        try await flight.run { [self] () async throws(BitfountError) in try await renew() }
    }

    private func isUsable(_ login: StoredLogin) -> Bool {
        login.expiresAt.timeIntervalSince(now()) > Self.shortestUse && login.accessToken != refused
    }

    private func isDue(_ login: StoredLogin) -> Bool {
        let life = lifetime ?? .infinity
        return login.expiresAt.timeIntervalSince(now()) <= min(Self.longestMargin, life * Self.marginPart)
    }

    private var isPausing: Bool { nextAttempt.map { $0 > now() } ?? false }
}

// MARK: - Renewing

extension LoginTokens {
    /// Under the lock nobody else of ours renews; the file is read again because another program may have done so.
    private func renew() async throws(BitfountError) -> StoredLogin {
        let lock = try await TokenFileLock.acquire(for: file, clock: clock)
        defer { lock.release() }
        guard let stored = try file.load(for: settings, logger: logger) else {
            login = nil
            throw Self.loginNeeded("Nobody is logged in")
        }
        try checkUser(stored)
        if let unsaved, unsaved.spent == stored.refreshToken {
            let isSaved = save(unsaved.renewed, spent: unsaved.spent)
            // Nothing more is spent while nothing can be stored.
            if !isSaved || !isDue(unsaved.renewed) { return try usable(unsaved.renewed, or: Self.unstored) }
            return try await renew(unsaved.renewed)
        }
        unsaved = nil
        if login?.accessToken != stored.accessToken { take(stored, written: file.written) }
        if isUsable(stored), !isDue(stored) {
            succeeded()
            return stored
        }
        return try await renew(stored)
    }

    /// Sends the refresh token, unless that could end the login or was just tried.
    private func renew(_ stored: StoredLogin) async throws(BitfountError) -> StoredLogin {
        guard let refreshToken = stored.refreshToken else {
            return try usable(stored, or: Self.loginNeeded("The login has expired"))
        }
        if isPausing, let lastError { return try usable(stored, or: lastError) }
        if inDoubt == refreshToken, isUsable(stored) { return stored }
        if stored.accessToken == refused {
            if let renewedForRefusal, now().timeIntervalSince(renewedForRefusal) < Self.pauseAfterRefusal {
                throw BitfountError(.unauthorized, "The renewed access token is refused as well")
            }
            renewedForRefusal = now()
        }
        do {
            try file.checkPlace()
        } catch {
            return try usable(stored, or: failed(error, pause: nil))
        }
        switch await oauth.renew(refreshToken) {
        case .granted(let grant):
            let renewed = StoredLogin(grant, at: now(), for: settings, renewing: stored)
            succeeded()
            take(renewed, written: now())
            save(renewed, spent: refreshToken)
            try checkUser(renewed)
            return renewed
        case .notDone(let error, let pause):
            return try usable(stored, or: failed(error, pause: pause))
        case .unknown(let error):
            inDoubt = refreshToken
            return try usable(stored, or: failed(error, pause: nil))
        case .ended(let error):
            return try usable(stored, or: failed(Self.loginNeeded("The login has expired", underlying: error), pause: nil))
        }
    }

    private func take(_ taken: StoredLogin, written: Date?) {
        login = taken
        let life = written.map { taken.expiresAt.timeIntervalSince($0) }
        lifetime = life.flatMap { $0 > 0 ? $0 : nil }
    }

    private func succeeded() {
        if lastError != nil { logger.notice("the login can be renewed again") }
        (failures, nextAttempt, lastError, inDoubt) = (0, nil, nil, nil)
    }

    private func failed(_ error: BitfountError, pause: Duration?) -> BitfountError {
        failures += 1
        let pause = max(
            Self.backoff.wholeDelay(afterFailures: failures),
            min(pause ?? .zero, Self.longestPause)
        )
        nextAttempt = now().addingTimeInterval(pause / .seconds(1))
        lastError = error
        logger.warning("the login could not be renewed", metadata: ["error": "\(error)"])
        return error
    }

    /// Writes a renewed login. Until it is on disk this copy is all there is, since the spent token is dead at the tenant.
    ///
    /// - Returns: Whether it is on disk.
    @discardableResult
    private func save(_ renewed: StoredLogin, spent: Secret) -> Bool {
        unsaved = (renewed, spent)
        do {
            try file.store(renewed, for: settings)
        } catch {
            _ = failed(error, pause: nil)
            logger.critical("the renewed login is lost if the agent ends before it can be stored")
            return false
        }
        unsaved = nil
        succeeded()
        return true
    }

    private static let unstored = BitfountError(.file, "The login was renewed, but could not be stored")

    /// A token in its last minutes is better than none while the identity provider cannot be reached.
    private func usable(_ login: StoredLogin, or error: BitfountError) throws(BitfountError) -> StoredLogin {
        guard isUsable(login) else { throw error }
        return login
    }

    private func checkUser(_ stored: StoredLogin) throws(BitfountError) {
        guard let expected = configuredUsername ?? firstUsername, stored.username != expected else { return }
        let owner = stored.username.map { "\($0)'s" } ?? "nobody's"
        let who = configuredUsername == nil ? "the agent runs as \(expected)" : "\(expected) is configured"
        if login?.username != expected { login = nil }
        throw BitfountError(
            .wrongUser,
            "The stored login is \(owner), but \(who): run `pod-agent login` as that user"
        )
    }

    private static func loginNeeded(_ reason: String, underlying: (any Error)? = nil) -> BitfountError {
        BitfountError(.notLoggedIn, "\(reason): run `pod-agent login`", underlying: underlying)
    }
}
