// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Cryptography
import DatasetSchema
import Foundation
import HTTPTransport
import PodSandbox
import TestSupport

/// The clients of the library `Bitfount` and the stand-ins they talk to over real sockets.
///
/// The waits between attempts take no time; attempts themselves do.
struct ClientScene: Sendable {
    let sandbox: Sandbox
    let hub: HubClient
    let accessManager: AccessManagerClient
    let smartOnFHIR: SMARTOnFHIRClient
    /// A key, for whatever wants one.
    let key: RSAPublicKey
    /// The id of a pairing that is completed.
    let pairing: String
    /// The id of an installation.
    let compute: String
    /// Where files go.
    let directory: URL

    static let identifier = "acme/heart-data"
    static let instanceID = "6f8e2b4e-3a53-4c0e-9d7c-0d7b7b0f4c11"

    /// Runs `body` with a dataset, a model with weights, a project, a cluster and a key in place.
    static func with<Output: Sendable>(
        _ body: @escaping @Sendable (ClientScene) async throws -> Output
    ) async throws -> Output {
        let directory = FileManager.default.temporaryDirectory.appending(path: "clients-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try await withSandbox(SandboxKeys.configuration()) { sandbox in
            let http = HTTPClient(clock: RecordingClock(), environment: [:])
            defer { http.shutdown() }
            return try await body(try await prepared(sandbox, http, directory))
        }
    }

    private static func prepared(_ sandbox: Sandbox, _ http: HTTPClient, _ directory: URL) async throws -> ClientScene {
        var environment = BitfountEnvironment.dev
        environment.hub = try sandbox.hub.url
        environment.accessManager = try sandbox.accessManager.url
        environment.smartOnFHIR = try sandbox.smartOnFHIR.url
        let owner = sandbox.owner
        let session = session(owner, environment, http)
        let hub = HubClient(session: session, http: http)
        let key = try SandboxKeys.privateKey("pod").publicKey
        let bob = SandboxUser("bob")
        sandbox.directory.add(bob)
        try await register(with: HubClient(session: self.session(bob, environment, http), http: http), key)
        let pairing = SandboxPairing(owner: owner.username, resourceServer: "https://fhir.example.com")
        sandbox.smartOnFHIR.add(pairing)
        sandbox.hub.addKey(key, of: owner.username, id: "41")
        sandbox.hub.signingKeys = ["hub-1": key.openSSH]
        sandbox.hub.addCluster("c-1", name: "racks", owner: owner.username, datasets: [identifier])
        let limit: PodSandbox.JSONValue = [
            "resourceType": "MODEL_INFERENCE", "resourceName": "acme/M:1", "totalUsage": 1,
        ]
        let project = HubProject(
            id: "p-1",
            name: "Hearts",
            owner: owner.username,
            datasets: ["bob/heart-data"],
            limits: [limit]
        )
        sandbox.hub.add(project)
        let compute = try await hub.registerCompute(instanceID: instanceID, privateIPAddress: "10.0.0.7")
        _ = try await hub.sendModel("M", source: Array("class M: pass".utf8))
        let scene = ClientScene(
            sandbox: sandbox,
            hub: hub,
            accessManager: AccessManagerClient(session: session, http: http),
            smartOnFHIR: SMARTOnFHIRClient(session: session, http: http),
            key: key,
            pairing: pairing.id,
            compute: compute.id,
            directory: directory
        )
        try Data("weights".utf8).write(to: scene.weights)
        try await scene.restore()
        return scene
    }

    /// A file of weights.
    var weights: URL { directory.appending(path: "weights.pt") }
    /// A file that a download may write.
    var download: URL { directory.appending(path: "download.pt") }
    var model: ModelReference { ModelReference(owner: "acme", name: "M", version: 1) }

    private static func session(
        _ user: SandboxUser,
        _ environment: BitfountEnvironment,
        _ http: HTTPClient
    ) -> BitfountSession {
        BitfountSession(
            environment: environment,
            credentials: .apiKey(id: Secret(user.apiKeyID), key: Secret(user.apiKey), username: user.username),
            http: http
        )
    }

    /// Puts back in place what calls have taken away: the dataset, and the weights.
    func restore() async throws {
        try await register()
        try await hub.sendWeights(weights, model: "M", version: 1)
    }

    func register() async throws {
        try await Self.register(with: hub, key)
    }

    private static func register(with hub: HubClient, _ key: RSAPublicKey) async throws {
        let schema = try PodSchema(
            json: Array(#"{"name": "heart-data", "features": [], "metadata": {}}"#.utf8)
        )
        let pod = PodPublicMetadata(name: "heart-data", displayName: "Hearts", description: "", schema: schema.packed)
        _ = try await hub.register(pod, podKey: key, accessManagerKey: key)
    }

    func accessRequest() throws -> AccessRequest {
        AccessRequest(
            podIdentifier: try PodIdentifier(Self.identifier),
            modellerName: "alice",
            protocolJSON: Array(#"{"class_name": "bitfount.ResultsOnly", "algorithm": {"class_name": "a"}}"#.utf8)
        )
    }

    /// The faults of the stand-in that answers a route.
    func faults(of route: ClientRoute) -> FaultPlan {
        switch route.service {
        case .hub: sandbox.hub.faults
        case .accessManager: sandbox.accessManager.faults
        case .smartOnFHIR: sandbox.smartOnFHIR.faults
        case .storage: sandbox.objectStorage.faults
        }
    }

    /// The requests that reached the stand-in that answers a route.
    func log(of route: ClientRoute) -> RequestLog {
        switch route.service {
        case .hub: sandbox.hub.log
        case .accessManager: sandbox.accessManager.log
        case .smartOnFHIR: sandbox.smartOnFHIR.log
        case .storage: sandbox.objectStorage.log
        }
    }
}
