// SPDX-License-Identifier: Apache-2.0

public import FlameHub

/// Something that is to be written to the Hub (flame-hub.md, 6.3).
public struct OutboxEntry: StoredJSON, Sendable, Equatable, Identifiable {
    static let subject = "A write that waits for the FLAME Hub"

    /// What is to be written.
    public enum Write: Sendable, Equatable, Codable {
        /// How far the node is with an analysis.
        case report(part: HubID<AnalysisNode>, ExecutionReport)
        /// A decision about an analysis.
        case analysisDecision(part: HubID<AnalysisNode>, ApprovalStatus?, comment: String?, DecisionSnapshot)
        /// A decision about a project.
        case projectDecision(part: HubID<ProjectNode>, ApprovalStatus?, comment: String?, DecisionSnapshot)
        /// The node's public key.
        case publicKey(node: HubID<Node>, pem: String)
        /// A line of a log. The Hub would keep it twice if it were sent twice.
        case log(analysis: HubID<Analysis>, node: HubID<Node>, level: LogLevel, message: String)

        /// What is written to: writes to the same target keep their order.
        public var target: String {
            switch self {
            case .report(let part, _), .analysisDecision(let part, _, _, _): Self.target(analysisNode: part.text)
            case .projectDecision(let part, _, _, _): "project-nodes/\(part)"
            case .publicKey(let node, _): "nodes/\(node)"
            case .log(let analysis, let node, _, _): "analysis-node-logs/\(analysis)/\(node)"
            }
        }

        /// What a report or a decision about this node's part in an analysis is written to.
        public static func target(analysisNode id: String) -> String { "analysis-nodes/\(id)" }

        /// Whether writing it twice does no more than writing it once.
        public var isIdempotent: Bool {
            if case .log = self { false } else { true }
        }

        // The names that are stored: of the cases, and of what each of them holds.

        enum CodingKeys: String, CodingKey {
            case report = "report"
            case analysisDecision = "analysisDecision"
            case projectDecision = "projectDecision"
            case publicKey = "publicKey"
            case log = "log"
        }

        enum ReportCodingKeys: String, CodingKey {
            case part = "part"
            case _1 = "_1"
        }

        enum AnalysisDecisionCodingKeys: String, CodingKey {
            case part = "part"
            case _1 = "_1"
            case comment = "comment"
            case _3 = "_3"
        }

        enum ProjectDecisionCodingKeys: String, CodingKey {
            case part = "part"
            case _1 = "_1"
            case comment = "comment"
            case _3 = "_3"
        }

        enum PublicKeyCodingKeys: String, CodingKey {
            case node = "node"
            case pem = "pem"
        }

        enum LogCodingKeys: String, CodingKey {
            case analysis = "analysis"
            case node = "node"
            case level = "level"
            case message = "message"
        }
    }

    /// Its place in the order of writes.
    public let id: Int64
    /// What is to be written.
    public internal(set) var write: Write
    /// How often it failed.
    public internal(set) var attempts: Int
    /// When it may be tried again, in seconds since 1970 by this machine's clock.
    public internal(set) var notBefore: Double
    /// Whether it is being sent, so that it can't be merged with a later one.
    public internal(set) var isInFlight: Bool
    /// Whether it may have arrived although no answer came.
    public internal(set) var isInDoubt: Bool

    enum CodingKeys: String, CodingKey {
        case id = "id"
        case write = "write"
        case attempts = "attempts"
        case notBefore = "notBefore"
        case isInFlight = "isInFlight"
        case isInDoubt = "isInDoubt"
    }

    init(id: Int64, write: Write) {
        self.id = id
        self.write = write
        attempts = 0
        notBefore = 0
        isInFlight = false
        isInDoubt = false
    }
}
