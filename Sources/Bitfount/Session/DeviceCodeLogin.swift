// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport
import SystemFiles

/// The interactive login of the agent (bitfount-protocol.md, 2.3): a person confirms a code in a browser, on
/// whatever machine, and the tokens end up in the token file.
public struct DeviceCodeLogin: Sendable {
    private let oauth: OAuthClient
    private let settings: LoginSettings
    private let file: TokenFile
    private let username: String?
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> Date

    /// What the person needs to see.
    public struct Prompt: Sendable, Equatable {
        /// The page to open.
        public let url: String
        /// The code that the page must show.
        public let userCode: String
        /// How long there is time.
        public let expiresIn: Duration
    }

    /// Prepares a login.
    ///
    /// - Parameters:
    ///   - file: where the tokens go.
    ///   - username: if given, a login of anybody else is refused and not stored.
    public init(
        environment: BitfountEnvironment,
        file: TokenFile,
        username: String? = nil,
        http: HTTPClient,
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.oauth = OAuthClient(environment: environment, http: http, clock: clock)
        self.settings = LoginSettings(environment: environment)
        self.file = file
        self.username = username
        self.clock = clock
        self.now = now
    }

    /// Asks for a code, shows it through the callback, and waits for the person.
    ///
    /// - Returns: the login, already stored.
    /// - Throws: `identityRefused` if the person or the tenant said no, `timedOut` if nobody came, `wrongUser` if somebody
    ///   else came, `file` if the login cannot be stored.
    public func run(showing prompt: @Sendable (Prompt) async -> Void) async throws(BitfountError) -> StoredLogin {
        // Before a person is asked for anything.
        try file.checkPlace()
        let device = try await oauth.authorizeDevice(scopes: settings.scopes, audience: settings.audience)
        await prompt(Prompt(url: device.verificationURL, userCode: device.userCode, expiresIn: device.expiresIn))
        let grant = try await oauth.pollDeviceCode(device.deviceCode, every: device.interval, for: device.expiresIn)
        let login = StoredLogin(grant, at: now(), for: settings)
        if let username, login.username != username {
            throw BitfountError(
                .wrongUser,
                "The login was made by \(login.username ?? "an unnamed user"), but \(username) is configured"
            )
        }
        let lock = try await TokenFileLock.acquire(for: file, clock: clock)
        defer { lock.release() }
        try file.store(login, for: settings)
        return login
    }
}
