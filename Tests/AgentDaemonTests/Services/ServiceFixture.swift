// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import HTTPTransport
import Health
import Logging
import StateStore
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

/// A wall clock that stands still until a test moves it.
final class SettableTime: Sendable {
    private let date = Mutex(Date(timeIntervalSince1970: 1_763_780_400))

    var now: Date { date.withLock { $0 } }

    func advance(by seconds: TimeInterval) { date.withLock { $0 += seconds } }
}

/// What the services of the daemon stand on: a log in a directory of its own, clients of scripted services, and clocks
/// that tests move.
struct ServiceFixture {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let directory: TemporaryDirectory
    let log: AuditLog
    let time = SettableTime()
    let clock = ManualClock()
    let states = DatasetStates()
    let metrics = AgentMetrics(version: "1")
    let activity = LoopActivity()
    let entries = AgentEntries(pod: "acme/hospital-a")
    let health: AgentHealth
    let availability: HubAvailability
    /// Of the file `policy.yaml` in the directory.
    let policy: PolicyReloader

    init(limits: StoreLimits = StoreLimits(minimumFreeBytes: 0)) throws {
        try self.init(in: TemporaryDirectory(), limits: limits)
    }

    /// Opens the log that is in the directory, or begins one.
    init(in directory: TemporaryDirectory, limits: StoreLimits = StoreLimits(minimumFreeBytes: 0)) throws {
        self.directory = directory
        let time = self.time
        log = try AuditLog(
            path: directory.file("agent.sqlite").path,
            features: AgentState.features,
            limits: limits,
            environment: StoreEnvironment(wallClock: { time.now })
        )
        health = AgentHealth(components: [.heartbeat, .registration, .credentials, .audit]) { time.now }
        availability = HubAvailability(log: log, logger: Self.logger, entry: entries.entry)
        var configuration = try Self.configuration(
            "pod: { name: hospital-a, datasets: [{ name: heart-data, csv_file: heart.csv }] }"
        ).policy
        configuration.file = directory.file("policy.yaml")
        policy = PolicyReloader(
            configuration,
            log: log,
            entry: entries.entry,
            now: { time.now },
            logger: Self.logger
        )
    }

    var now: @Sendable () -> Date { { [time] in time.now } }

    /// What the log has, oldest first.
    func recorded() async throws -> [AuditEntry] {
        var all: [AuditEntry] = []
        for try await recorded in log.entries() { all.append(recorded.entry) }
        return all
    }

    func recordedTypes() async throws -> [AuditEntryType] { try await recorded().map(\.type) }

    /// The problem that a component reports; `nil` if it is well.
    func problem(of component: AgentHealth.Component) -> String? { health.snapshot()[component]?.problem }

    /// A configuration with what the text says beside a pod.
    static func configuration(_ text: String) throws -> AgentConfiguration {
        try AgentConfiguration(text: text, file: URL(filePath: "/etc/pod-agent/agent.yaml"), environment: [:])
    }

    /// Datasets with these names and CSV files.
    func datasets(_ datasets: [(name: String, file: URL)]) throws -> [DatasetConfiguration] {
        try #require(try configuration(datasets: datasets).pod).datasets
    }

    /// A part of a configuration that has these datasets, as YAML.
    func configuration(datasets: [(name: String, file: URL)], _ more: String = "") throws -> AgentConfiguration {
        let lines = datasets.map { "    - { name: \($0.name), csv_file: \"\($0.file.path)\" }" }
        return try Self.configuration(
            "pod:\n  name: hospital-a\n  datasets:\n\(lines.joined(separator: "\n"))\n\(more)"
        )
    }
}

/// The Hub and the Access Manager on one port of this machine.
struct ScriptedServices {
    let server: LoopbackServer
    let hub: HubClient
    let accessManager: AccessManagerClient

    /// - Parameter answer: What a request is answered with; `nil` for what a service that is well would say.
    init(_ answer: @escaping @Sendable (ReceivedRequest) throws -> ScriptedResponse? = { _ in nil }) throws {
        let address = Mutex("")
        let key = try RecordedKeys.load().other.publicKey.openSSH
        server = try LoopbackServer.answering { request in
            if let answer = try? answer(request) { return answer }
            switch (request.method, request.target.prefix { $0 != "?" }) {
            case ("GET", "/api/access-manager-key"):
                return ScriptedResponse(200, #"{"accessManagerPublicKey":"\#(key)"}"#)
            case ("POST", "/api/pods"):
                let url = "\(address.withLock { $0 })/upload"
                return ScriptedResponse(201, #"{"success":true,"uploadUrl":"\#(url)","uploadFields":{"key":"k"}}"#)
            case (_, "/upload"): return ScriptedResponse(204)
            default: return ScriptedResponse(200, "{}")
            }
        }
        let url = try server.url("")
        address.withLock { $0 = url.absoluteString }
        var environment = BitfountEnvironment.dev
        environment.hub = url
        environment.accessManager = url
        let http = HTTPClient(clock: RecordingClock(), environment: [:])
        let credentials = Credentials.apiKey(id: Secret("id"), key: Secret("key"), username: "acme")
        let session = BitfountSession(environment: environment, credentials: credentials, http: http)
        hub = HubClient(session: session, http: http)
        accessManager = AccessManagerClient(session: session, http: http)
    }

    /// The JSON bodies of the requests with this method for `/api/pods`, in the order in which they came.
    func bodies<Body: Decodable>(_ method: String, as type: Body.Type = Body.self) throws -> [Body] {
        try server.record.requests.filter { $0.method == method && $0.target.hasPrefix("/api/pods") }
            .map { try JSONDecoder().decode(type, from: $0.body) }
    }
}

/// Runs a service for as long as `body` runs, and cancels it then.
func whileRunning(
    _ service: @escaping @Sendable () async throws -> Void,
    _ body: () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service() }
        try await body()
        group.cancelAll()
        try await group.waitForAll()
    }
}
