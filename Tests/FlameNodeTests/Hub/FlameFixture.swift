import AuditLog
import FlameHub
import Foundation
import HTTPTransport
import PodSandbox

@testable import AgentDaemon

/// A stand-in of the Hub and a node that is configured for it, with a state directory of its own.
struct FlameFixture: Sendable {
    let hub: SandboxFlameHub
    let directory: URL
    let configuration: AgentConfiguration

    static func with(
        _ setup: FlameHubConfiguration = FlameHubConfiguration(),
        secret: String? = nil,
        hasOwner: Bool = true,
        consent: String = "manual",
        _ body: @Sendable (FlameFixture) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "flame-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        try await withFlameHub(setup) { hub in
            try write(secret ?? hub.seed.node.account.secret, to: directory.appending(path: "secret"))
            try write(hub.seed.owner.secret, to: directory.appending(path: "password"))
            let owner = """
                  owner:
                    username: \(hub.seed.owner.name)
                    password_file: password
                    realm: \(hub.seed.owner.realm)
                """
            let account = setup.release == .v0_8 ? "robot" : "client"
            let text = """
                state_directory: state
                pod:
                  name: hospital-a
                  datasets:
                    - { name: heart-data, csv_file: heart.csv }
                flame:
                  auth_url: \(try hub.authURL)
                  core_url: \(try hub.coreURL)
                  storage_url: \(try hub.storageURL)
                  \(account)_id: \(hub.seed.node.account.id)
                  \(account)_secret_file: secret
                  consent: \(consent)
                \(hasOwner ? owner : "")
                """
            let configuration = try AgentConfiguration(
                text: text,
                file: directory.appending(path: "agent.yaml"),
                environment: [:]
            )
            _ = try StateDirectory(configuration.stateDirectory)
            try await body(FlameFixture(hub: hub, directory: directory, configuration: configuration))
        }
    }

    private static func write(_ text: String, to file: URL) throws {
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    }

    /// Runs `body` with the parts of a node on a store that is opened for it: a life of the agent.
    func life<Value: Sendable>(_ body: @Sendable (Parts) async throws -> Value) async throws -> Value {
        guard let flame = configuration.flame else { throw FixtureFault() }
        let store = try AuditLog(path: configuration.databasePath, features: AgentState.features)
        let http = configuration.httpClient()
        defer { http.shutdown() }
        let entries = AgentEntries(pod: "acme/hospital-a")
        let parts = try await FlameParts(flame, store: store, http: http, entry: entries.entry)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(Parts(parts: parts, store: store)))
        } catch {
            result = .failure(error)
        }
        try await store.close()
        return try result.get()
    }

    /// A node and its store.
    struct Parts: Sendable {
        let parts: FlameParts
        let store: AuditLog

        var node: FlameSynchronizer { parts.synchronizer }
        var desk: FlameDesk { parts.desk }

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

        func decide(_ id: String, isApproved: Bool = true) async throws -> FlameOutcome {
            let shown = try await shown(id)
            return try await desk.perform(
                .decide(.analysis, part: id, isApproved: isApproved, comment: nil, shown: shown)
            )
        }
    }

    /// The mirror and the Hub, brought into the same form: what each has of every part of the node.
    func differences(_ store: AuditLog) async throws -> [String] {
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
