// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import StrictJSON
import Testing

/// One route of a service, and a call of the clients that uses it.
struct ClientRoute: Sendable, CustomTestStringConvertible {
    enum Service: Sendable { case hub, accessManager, smartOnFHIR, storage }

    /// What the client makes of the body of a successful answer.
    enum Reading: Sendable {
        /// It wants what bitfount-protocol.md, 3 and 4, promises.
        case document
        /// It wants a JSON object whose members mean something in other types too: an id may be a number, and a verdict
        /// whose code is no text is a rejection.
        case object
        /// Bytes that nothing is known of.
        case bytes
        /// Nothing: the status says it all.
        case nothing
    }

    let service: Service
    let method: String
    /// The path, or its beginning followed by `*`.
    let path: String
    let reading: Reading
    /// How often it is tried at least where the connection breaks: libcurl tries once more if it was an old one. The next
    /// heartbeat is the retry of one that failed.
    var attempts: Int { method == "PATCH" ? 1 : 4 }
    let call: @Sendable (ClientScene) async throws -> Void

    init(
        _ service: Service,
        _ method: String,
        _ path: String,
        reads reading: Reading = .document,
        _ call: @escaping @Sendable (ClientScene) async throws -> Void
    ) {
        self.service = service
        self.method = method
        self.path = path
        self.reading = reading
        self.call = call
    }

    var testDescription: String { "\(method) \(path)" }

    /// Every route that the clients use.
    static let all = hub + models + projects + others

    private static let hub: [ClientRoute] = [
        ClientRoute(.hub, "GET", "/api/pods") { _ = try await $0.hub.pods() },
        ClientRoute(.hub, "POST", "/api/pods") { try await $0.register() },
        ClientRoute(.hub, "PATCH", "/api/pods") {
            var heartbeat = Heartbeat(names: ["heart-data"], instanceID: ClientScene.instanceID)
            heartbeat.privateIPAddress = "10.0.0.7"
            _ = try await $0.hub.heartbeat(heartbeat)
        },
        ClientRoute(.hub, "GET", "/api/pods/acme/heart-data") {
            _ = try await $0.hub.pod(PodIdentifier(ClientScene.identifier))
        },
        ClientRoute(.hub, "GET", "/api/projects/p-1/pods/bob/heart-data") {
            _ = try await $0.hub.pod(PodIdentifier("bob/heart-data"), project: "p-1")
        },
        ClientRoute(.hub, "POST", "/api/pods/acme/heart-data", reads: .nothing) {
            try await $0.hub.archivePod("heart-data")
        },
        ClientRoute(.hub, "GET", "/api/pods/acme/heart-data/configuration", reads: .object) {
            _ = try await $0.hub.configuration(of: PodIdentifier(ClientScene.identifier))
        },
        ClientRoute(.hub, "POST", "/api/ingest", reads: .nothing) {
            try await $0.hub.send(
                MonitorUpdate(
                    taskID: "t",
                    senderID: "s",
                    timestamp: Date().formatted(.iso8601),
                    privacy: .owner,
                    type: "TASK_CONFIG"
                )
            )
        },
        ClientRoute(.hub, "POST", "/api/acme/keys", reads: .object) { _ = try await $0.hub.registerUserKey($0.key) },
        ClientRoute(.hub, "GET", "/api/acme/keys/41") { _ = try await $0.hub.userKey("41") },
        ClientRoute(.hub, "GET", "/api/hub-public-keys/jwks") { _ = try await $0.hub.signingKeys() },
        ClientRoute(.hub, "PUT", "/api/ehr/jwks/acme") {
            _ = try await $0.hub.publishKey(["kty": "RSA"], issuer: "i", clientID: "c")
        },
    ]

    private static let models: [ClientRoute] = [
        ClientRoute(.hub, "GET", "/api/models") { _ = try await $0.hub.models() },
        ClientRoute(.hub, "GET", "/api/models") { _ = try await $0.hub.model($0.model) },
        ClientRoute(.hub, "POST", "/api/models") { _ = try await $0.hub.sendModel("M", source: Array("pass".utf8)) },
        ClientRoute(.hub, "PUT", "/api/models") { try await $0.hub.sendWeights($0.weights, model: "M", version: 1) },
        ClientRoute(.storage, "POST", "/upload", reads: .nothing) {
            try await $0.hub.sendWeights($0.weights, model: "M", version: 1)
        },
        ClientRoute(.storage, "GET", "/weights/*", reads: .bytes) {
            _ = try await $0.hub.downloadWeights(of: $0.model, to: $0.download)
        },
        ClientRoute(.storage, "GET", "/schemas/*", reads: .bytes) {
            _ = try await $0.hub.podSchema(PodIdentifier(ClientScene.identifier))
        },
    ]

    private static let projects: [ClientRoute] = [
        ClientRoute(.hub, "POST", "/api/projects", reads: .object) { _ = try await $0.hub.createProject("Lungs") },
        ClientRoute(.hub, "GET", "/api/projects") { _ = try await $0.hub.projects() },
        ClientRoute(.hub, "GET", "/api/projects/p-1") { _ = try await $0.hub.projectName("p-1") },
        ClientRoute(.hub, "PUT", "/api/projects/p-1/pod", reads: .nothing) {
            try await $0.hub.addDataset("heart-data", toProject: "p-1")
        },
        ClientRoute(.hub, "GET", "/api/projects/p-1/limits") { _ = try await $0.hub.usageLimits(project: "p-1") },
        ClientRoute(.hub, "GET", "/api/projects/p-1/limits/models/acme/M:1") {
            _ = try await $0.hub.usageLimits(project: "p-1", model: "acme/M:1")
        },
    ]

    private static let others: [ClientRoute] = [
        ClientRoute(.hub, "POST", "/api/compute-clusters", reads: .object) {
            _ = try await $0.hub.createComputeCluster("racks")
        },
        ClientRoute(.hub, "GET", "/api/compute-clusters/datasets") { _ = try await $0.hub.linkedDatasets() },
        ClientRoute(.hub, "GET", "/api/compute-clusters/c-1/datasets", reads: .nothing) {
            _ = try await $0.hub.computeClusterExists("c-1")
        },
        ClientRoute(.hub, "POST", "/api/compute-clusters/c-1/datasets", reads: .nothing) {
            try await $0.hub.link(["heart-data"], toComputeCluster: "c-1")
        },
        ClientRoute(.hub, "PUT", "/api/compute/instances/\(ClientScene.instanceID)") {
            _ = try await $0.hub.registerCompute(instanceID: ClientScene.instanceID, privateIPAddress: "10.0.0.7")
        },
        ClientRoute(.hub, "GET", "/api/compute/*") { _ = try await $0.hub.certificate(forCompute: $0.compute) },
        ClientRoute(.hub, "POST", "/api/compute/*") {
            let request = "-----BEGIN CERTIFICATE REQUEST-----"
            _ = try await $0.hub.requestCertificate(forCompute: $0.compute, signingRequest: request)
        },
        ClientRoute(.accessManager, "GET", "/api/access-manager-key") { _ = try await $0.accessManager.publicKey() },
        ClientRoute(.accessManager, "GET", "/api/saml") { _ = try await $0.accessManager.samlChallenge() },
        ClientRoute(.accessManager, "POST", "/api/access", reads: .object) {
            _ = try await $0.accessManager.checkOIDC($0.accessRequest(), modellerToken: Secret("token"))
        },
        ClientRoute(.smartOnFHIR, "GET", "/api/pairings") { _ = try await $0.smartOnFHIR.pairings() },
        ClientRoute(.smartOnFHIR, "GET", "/api/pairings/*") {
            _ = try await $0.smartOnFHIR.session(pairing: $0.pairing)
        },
    ]
}
