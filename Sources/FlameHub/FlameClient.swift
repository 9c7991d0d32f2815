// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import HTTPTransport
public import Logging

/// A FLAME Hub: the ways to its three services, and who speaks to them.
///
/// ```swift
/// let hub = FlameClient(auth: authURL, core: coreURL, storage: storageURL, http: HTTPClient())
/// let node = hub.session(as: .client(id: clientID, secret: secret))
/// let owner = hub.session(as: .password(username: "owner", password: password, realm: "clinic"))
///
/// let pending = try await node.core.analysisNodes.find(filter: .nodeID(id) && .approvalStatus.isNull)
/// for row in pending { try await owner.core.analysisNodes.approve(row.id) }
/// ```
public struct FlameClient: Sendable {
    /// The way to Auth.
    public let auth: HubConnection
    /// The way to Core.
    public let core: HubConnection
    /// The way to Storage.
    public let storage: HubConnection

    /// The services at these base URLs, with or without a slash at the end.
    ///
    /// - Parameters:
    ///   - auth: The base URL of Auth, such as `https://auth.privateaim.dev`.
    ///   - core: The base URL of Core.
    ///   - storage: The base URL of Storage.
    ///   - http: Makes the requests.
    ///   - limits: The bounds of every call.
    ///   - logger: Hears of versions and pauses, never of contents.
    ///   - clock: Measures lifetimes and pauses; it must go on while the machine sleeps.
    ///   - wallClock: The time of day.
    public init(
        auth: URL,
        core: URL,
        storage: URL,
        http: HTTPClient,
        limits: HubLimits = HubLimits(),
        logger: Logger = Logger(label: "flame-hub"),
        clock: any Clock<Duration> = ContinuousClock(),
        wallClock: @escaping @Sendable () -> Date = { Date() }
    ) {
        func connection(_ service: HubService, _ url: URL, core: HubConnection? = nil) -> HubConnection {
            HubConnection(
                service,
                at: url,
                http: http,
                limits: limits,
                logger: logger,
                clock: clock,
                wallClock: wallClock,
                core: core
            )
        }
        let coreConnection = connection(.core, core)
        self.auth = connection(.auth, auth)
        self.core = coreConnection
        self.storage = connection(.storage, storage, core: coreConnection)
    }

    /// The services for somebody, who signs in when that is first needed; for nobody if there is no credential.
    ///
    /// Sessions share what is known about the services. One identity wants one session, so that its token is renewed
    /// once for all.
    ///
    /// - Parameter reload: Reads the credential again when Auth refuses it, since its file may have changed; `nil` if it can't be
    ///   read.
    public func session(
        as credential: HubCredential?,
        reload: (@Sendable () -> HubCredential?)? = nil
    ) -> FlameSession {
        let authenticator = credential.map { HubAuthenticator($0, auth: auth, reload: reload) }
        return FlameSession(
            auth: AuthClient(auth, as: authenticator),
            core: CoreClient(core, as: authenticator),
            storage: StorageClient(storage, as: authenticator),
            authenticator: authenticator
        )
    }
}
