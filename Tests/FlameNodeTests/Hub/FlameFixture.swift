// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import HTTPTransport
import PodSandbox
import StrictJSON
import Synchronization
import TestSupport

@testable import AuditLog
@testable import FlameNode
@testable import StateTestSupport

/// A stand-in of the Hub and a node that is configured for it, with a state of its own.
struct FlameFixture: Sendable {
    let hub: SandboxFlameHub
    let directory: TemporaryDirectory
    let settings: FlameNodeSettings
    let secret: String
    let hasOwner: Bool

    static func with(
        _ setup: FlameHubConfiguration = FlameHubConfiguration(),
        secret: String? = nil,
        hasOwner: Bool = true,
        consent: FlameConsentSource = .manual,
        _ body: @Sendable (FlameFixture) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        try await withFlameHub(setup) { hub in
            let account = hub.seed.node.account
            // The fixture gives the secret to the session itself; no file is read.
            let file = directory.url.appending(path: "secret")
            let identity: FlameNodeIdentity =
                setup.release == .v0_8
                ? .robot(id: account.id, secretFile: file) : .client(id: account.id, secretFile: file)
            let settings = FlameNodeSettings(
                node: .client,
                identity: identity,
                consent: consent,
                interval: .seconds(30),
                keyFile: directory.url.appending(path: "node.key")
            )
            try await body(
                FlameFixture(
                    hub: hub,
                    directory: directory,
                    settings: settings,
                    secret: secret ?? account.secret,
                    hasOwner: hasOwner
                )
            )
        }
    }

    /// Where the state is.
    var databasePath: String { directory.url.appending(path: "agent.sqlite").path }

    private func connection(_ http: HTTPClient) throws -> FlameConnection {
        var limits = HubLimits()
        // What a client repeats by itself would only take time.
        limits.retry.maximumAttempts = 1
        let client = FlameClient(
            auth: try hub.authURL,
            core: try hub.coreURL,
            storage: try hub.storageURL,
            http: http,
            limits: limits
        )
        let node: FlameSession =
            switch settings.identity {
            case .client(let id, _): client.session(as: .client(id: id, secret: secret))
            case .robot(let id, _): client.session(as: .robot(id: id, secret: secret))
            }
        let owner = hub.seed.owner
        let user = client.session(as: .password(username: owner.name, password: owner.secret, realm: owner.realm))
        return FlameConnection(hub: client, node: node, owner: hasOwner ? user : nil)
    }

    /// Runs `body` with what finds the node by a name.
    func finder<Value: Sendable>(
        _ name: FlameNodeName,
        _ body: @Sendable (FlameNodeFinder) async throws -> Value
    ) async throws -> Value {
        let http = HTTPClient(HTTPClientConfiguration())
        defer { http.shutdown() }
        let session = try connection(http).node
        return try await body(FlameNodeFinder(name: name, identity: settings.identity, session: session))
    }

    /// Runs `body` with the parts of a node on a state that is opened for it: a life of the agent.
    func life<Value: Sendable>(_ body: @Sendable (Life) async throws -> Value) async throws -> Value {
        let store = try AgentStore(path: databasePath)
        let http = HTTPClient(HTTPClientConfiguration())
        defer { http.shutdown() }
        let time = TestTime()
        let result: Result<Value, any Error>
        do {
            let parts = try await FlameParts(
                settings,
                connection: connection(http),
                store: FlameStore(log: store.log),
                entry: { AuditEntry($0) },
                now: { time.now },
                random: { 0.5 }
            )
            result = .success(try await body(Life(parts: parts, store: store, time: time)))
        } catch {
            result = .failure(error)
        }
        try await store.close()
        return try result.get()
    }

    /// A node and its state.
    struct Life: Sendable {
        let parts: FlameParts
        let store: AgentStore
        let time: TestTime

        var node: FlameSynchronizer { parts.synchronizer }
        var actions: FlameActions { parts.actions }

        /// Looks at the Hub several times; every list is due in the first one.
        func cycles(_ count: Int = 1) async throws {
            for _ in 0..<count { _ = try await node.cycle(SyncPacing()) }
        }

        /// The reasons of all `flame.…` entries, oldest first.
        func reasons() async throws -> [String] {
            var reasons: [String] = []
            let types: Set<AuditEntryType> = [.flameNode, .flameProject, .flameAnalysis, .flameApproval]
            for try await entry in store.entries(matching: AuditQuery(types: types)) {
                reasons.append(entry.entry.reason ?? "")
            }
            return reasons
        }

        /// What the mirror has of a part.
        func part(_ id: String) async throws -> FlameRow? {
            try await store.flame.row(FlameRow.Key(.analysisNode, id))
        }

        /// A part as the data owner sees it.
        func shown(_ id: String) async throws -> DecisionSnapshot {
            let views = FlameAnalysisViews(reader: store.flame, consent: .manual)
            guard let part = try await views.view(id)?.part else { throw FixtureFault() }
            return part.decisionSnapshot
        }

        /// What an analysis consists of, as the data owner is shown it.
        func look(_ analysis: String) async throws -> ConsentSnapshot {
            guard let id = HubID<Analysis>(analysis),
                let content = try await AnalysisContent.read(id, of: node.nodeID(), node.connection.node)
            else { throw FixtureFault() }
            return content.snapshot
        }

        /// Consents to an analysis as it is now.
        @discardableResult
        func grant(_ analysis: String, until: Date? = nil, image: String? = nil) async throws -> FlameOutcome {
            let shown = try await look(analysis)
            return try await actions.perform(
                .consent(.analysis, id: analysis, isGranted: true, shown: shown, until: until, image: image)
            )
        }

        /// An analysis as this machine sees it.
        func view(_ id: String) async throws -> FlameAnalysisView {
            guard let view = try await actions.views.view(id) else { throw FixtureFault() }
            return view
        }

        func report(
            _ id: String,
            _ status: ProcessStatus,
            isRestart: Bool = false
        ) async throws -> FlameOutcome {
            try await actions.perform(
                .report(analysis: id, status: status, progress: nil, isRestart: isRestart ? true : nil)
            )
        }

        func decide(_ id: String, isApproved: Bool = true) async throws -> FlameOutcome {
            let shown = try await shown(id)
            return try await actions.perform(
                .decide(.analysis, part: id, isApproved: isApproved, comment: nil, shown: shown)
            )
        }
    }

    /// The mirror and the Hub, brought into the same form: what each has of every part of the node.
    func differences(_ store: AgentStore) async throws -> [String] {
        var differences: [String] = []
        for (collection, kind) in [("analysis-nodes", FlameRow.Kind.analysisNode), ("project-nodes", .projectNode)] {
            let records = hub.records(collection, where: ["nodeId": .string(hub.seed.node.id)])
            var expected: [String: [String]] = [:]
            for record in records {
                expected[record["id"]?.stringValue ?? ""] = Self.fields.map { record[$0]?.stringValue ?? "-" }
            }
            var found: [String: [String]] = [:]
            for row in try await store.flame.rows(kind, limit: 10_000) {
                let fields = row.fields ?? [:]
                found[row.key.id] = Self.fields.map { fields[$0]?.stringValue ?? "-" }
            }
            for id in Set(expected.keys).union(found.keys) where expected[id] != found[id] {
                differences.append("\(collection) \(id): Hub \(expected[id] ?? []), mirror \(found[id] ?? [])")
            }
        }
        return differences.sorted()
    }

    private static let fields = ["approvalStatus", "executionStatus", "comment"]
}

struct FixtureFault: Error {}

/// The time of a test: it goes on with the machine's, and can be moved ahead, so that what waits is due.
final class TestTime: Sendable {
    private let ahead = Mutex<TimeInterval>(0)

    var now: Date { Date.now.addingTimeInterval(ahead.withLock { $0 }) }

    func advance(by seconds: TimeInterval) { ahead.withLock { $0 += seconds } }
}
