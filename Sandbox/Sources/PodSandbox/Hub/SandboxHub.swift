// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The stand-in of the Hub (bitfount-protocol.md, 3).
package final class SandboxHub: Sendable {
    /// When the Hub offers uploads in parts to clients that ask for them.
    package enum MultipartPolicy: Sendable, Equatable {
        /// Never.
        case never
        /// For objects larger than this, in parts of that size; both in bytes.
        case above(Int, chunkSize: Int)
    }

    struct Settings: Sendable {
        var multipart = MultipartPolicy.never
        var acceptsSingleNameHeartbeat = false
        var signingKeys: [String: String] = [:]
    }

    /// How long after the last heartbeat a dataset counts as online.
    static let onlineSeconds: TimeInterval = 60

    /// The requests that came.
    package let log = RequestLog()
    /// What goes wrong.
    package let faults = FaultPlan()

    let server: StandInServer
    let directory: SandboxDirectory
    let storage: SandboxObjectStorage
    let state = Observed(HubState())
    private let settings = Observed(Settings())

    init(port: Int, directory: SandboxDirectory, storage: SandboxObjectStorage, logger: Logger) {
        server = StandInServer(name: "Hub", port: port, logger: logger)
        self.directory = directory
        self.storage = storage
    }

    /// The base URL.
    package var url: URL {
        get throws { try server.url }
    }

    // MARK: Settings

    /// When uploads in parts are offered to clients that ask for them.
    package var multipart: MultipartPolicy {
        get { settings.read { $0.multipart } }
        set { settings.change { $0.multipart = newValue } }
    }

    /// Whether heartbeats of the 1.0.6 form are accepted; today's Hub is taken not to (bitfount-protocol.md, 6.1).
    package var acceptsSingleNameHeartbeat: Bool {
        get { settings.read { $0.acceptsSingleNameHeartbeat } }
        set { settings.change { $0.acceptsSingleNameHeartbeat = newValue } }
    }

    /// The keys that the Hub signs with: OpenSSH lines by key id.
    package var signingKeys: [String: String] {
        get { settings.read { $0.signingKeys } }
        set { settings.change { $0.signingKeys = newValue } }
    }

    // MARK: What it knows

    /// The dataset with that identifier.
    package func pod(_ identifier: String) -> RegisteredPod? {
        state.read { $0.pods[identifier] }
    }

    /// The bodies of all monitor updates.
    package var monitorUpdates: [JSONValue] { state.read { $0.monitorUpdates } }

    /// Waits until the dataset is registered and fulfils a condition, such as a number of heartbeats.
    @discardableResult
    package func waitForPod(
        _ identifier: String,
        atMost limit: Duration = .seconds(20),
        where fits: @escaping @Sendable (RegisteredPod) -> Bool = { _ in true }
    ) async throws -> RegisteredPod {
        try await within(limit, "registration of \(identifier)") { [state] in
            try await state.first { state in state.pods[identifier].flatMap { fits($0) ? $0 : nil } }
        }
    }

    /// Whether the owner has registered that dataset.
    func isRegistered(owner: String, name: String) -> Bool {
        state.read { state in state.pods["\(owner)/\(name)"].map { !$0.isArchived } ?? false }
    }

    /// The identifiers of the datasets in a cluster, or nil when there is no such cluster of that owner.
    func datasets(ofCluster id: String, owner: String) -> [String]? {
        state.read { state in state.clusters[id].flatMap { $0.owner == owner ? $0.datasets : nil } }
    }

    /// The public key with which the Access Manager checks a modeller's signature: the named one, or any active one.
    func activeKeys(of username: String, id: String?) -> [String] {
        state.read { state in
            (state.keys[username] ?? [:]).values.filter { $0.isActive && (id == nil || $0.id == id) }.map(\.openSSH)
        }
    }

    // MARK: What can be set up

    /// Registers a user's public key, and returns its id.
    @discardableResult
    package func addKey(_ key: RSAPublicKey, of username: String, id: String? = nil, isActive: Bool = true) -> String {
        let id = id ?? SandboxIDs.secret(bytes: 12)
        state.change {
            $0.keys[username, default: [:]][id] = RegisteredKey(
                id: id,
                pem: key.pem,
                openSSH: key.openSSH,
                isActive: isActive
            )
        }
        return id
    }

    /// Makes a project.
    package func add(_ project: HubProject) {
        state.change { $0.projects[project.id] = project }
    }

    /// Makes a compute cluster of `owner` with these datasets.
    package func addCluster(_ id: String, name: String, owner: String, datasets: [String]) {
        state.change { $0.clusters[id] = HubCluster(id: id, name: name, owner: owner, datasets: datasets) }
    }

    /// Lets the Hub hold a datasource entry for a dataset.
    package func setConfiguration(_ configuration: JSONValue, of identifier: String) {
        state.change {
            $0.pods[identifier]?.configuration = configuration
            $0.pods[identifier]?.configurationUpdatedAt = Date()
        }
    }

    // MARK: Requests

    /// The user whose credentials came with the request.
    func caller(_ request: Request) throws -> SandboxUser {
        let credentials = try PresentedCredentials { name in
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        guard let credentials, let user = directory.authenticate(credentials, form: .core) else {
            throw Refusal.unauthorised()
        }
        return user
    }

    func router() -> SandboxRouter {
        let router = SandboxRouter(context: SandboxRequestContext.self)
        router.add(
            middleware: StandInMiddleware(log: log, faults: faults, collectsBody: { _ in true }) { refusal in
                ["success": false, "errorMessage": .string(refusal.message)]
            }
        )
        addPodRoutes(to: router)
        addKeyRoutes(to: router)
        addModelRoutes(to: router)
        addProjectRoutes(to: router)
        addClusterRoutes(to: router)
        addComputeRoutes(to: router)
        return router
    }
}
