// SPDX-License-Identifier: Apache-2.0

public import FlameNode
public import Foundation
public import Health

/// What `pod-agent status` shows and `/status` answers, as JSON with keys in snake case.
public struct StatusReport: Codable, Sendable, Equatable {
    /// One dataset's registration and heartbeat.
    public struct Dataset: Codable, Sendable, Equatable {
        /// `owner/name`.
        public var identifier: String
        /// When the Hub last took its registration.
        public var registeredAt: Date?
        /// When the Hub last took its heartbeat.
        public var lastHeartbeat: Date?
        /// Whether its files can be read.
        public var source = DatasetSource.pending
        /// What stands in the way, if anything.
        public var problem: String?

        private enum CodingKeys: String, CodingKey {
            case identifier = "identifier"
            case registeredAt = "registered_at"
            case lastHeartbeat = "last_heartbeat"
            case source = "source"
            case problem = "problem"
        }
    }

    /// How one network is.
    public struct Network: Codable, Sendable, Equatable {
        /// Whether everything that it needs is well.
        public var isReady: Bool
        /// Why not: the components that aren't well, by name.
        public var problems: [String: String]

        private enum CodingKeys: String, CodingKey {
            case isReady = "is_ready"
            case problems = "problems"
        }
    }

    /// The agent's version.
    public var version: String
    /// The pod's identifier, `owner/name`; `nil` where none is configured.
    public var pod: String?
    /// When the process started.
    public var startedAt: Date
    /// Whether everything is well.
    public var isReady: Bool
    /// The networks that are configured, by name: `pod`, `flame`.
    public var networks: [String: Network]
    /// The components and their last reports, by name.
    public var components: [String: AgentHealth.Report]
    /// The datasets.
    public var datasets: [Dataset]
    /// Tasks being decided now.
    public var activeTasks: Int
    /// Tasks waiting for a place.
    public var queuedTasks: Int
    /// The audit log.
    public var audit: AuditStatus
    /// The FLAME node; `nil` where none is configured.
    public var flame: FlameStatus?

    private enum CodingKeys: String, CodingKey {
        case version = "version"
        case pod = "pod"
        case startedAt = "started_at"
        case isReady = "is_ready"
        case networks = "networks"
        case components = "components"
        case datasets = "datasets"
        case activeTasks = "active_tasks"
        case queuedTasks = "queued_tasks"
        case audit = "audit"
        case flame = "flame"
    }
}

extension StatusReport {
    /// How each network is.
    static func networks(_ health: AgentHealth) -> [String: Network] {
        Dictionary(
            uniqueKeysWithValues: health.networks.map { network in
                let problems = problems(health.snapshot(of: network))
                return (network.rawValue, Network(isReady: problems.isEmpty, problems: problems))
            }
        )
    }

    /// All components, by name.
    static func components(_ health: AgentHealth) -> [String: AgentHealth.Report] {
        Dictionary(uniqueKeysWithValues: health.snapshot().map { ($0.key.rawValue, $0.value) })
    }

    /// The components that aren't well, by name.
    static func problems(_ snapshot: [AgentHealth.Component: AgentHealth.Report]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: snapshot.filter { !$0.value.isWell }.map {
                ($0.key.rawValue, $0.value.problem ?? "not well")
            }
        )
    }

    /// Dates as ISO 8601, keys in a stable order.
    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// Reads what ``encoder`` writes.
    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
