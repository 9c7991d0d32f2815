// SPDX-License-Identifier: Apache-2.0

public import Foundation
public import StateStore

/// How the mirror of the FLAME node is, read from what is stored: it can be told whether or not the Hub answers.
public struct FlameStatus: Codable, Sendable, Equatable {
    /// The node's id; `nil` if it was not found yet.
    public var nodeID: String?
    /// The node's name.
    public var nodeName: String?
    /// The Hub's release.
    public var hubVersion: String?
    /// How far the Hub's clock is ahead of this machine's, in seconds; `nil` if that is not known.
    public var clockOffset: Double?
    /// When everything was last read as it should be.
    public var lastSuccess: Date?
    /// Why the last look at the Hub failed; `nil` if it did not.
    public var problem: String?
    /// What the operator has to see to.
    public var alarms: [String]
    /// Parts in projects that are known.
    public var projects: Int
    /// Of these, those that nobody decided about.
    public var pendingProjects: Int
    /// Parts in analyses that are known.
    public var analyses: Int
    /// Of these, those that nobody decided about.
    public var pendingAnalyses: Int
    /// Of these, those that are approved and not finished.
    public var activeAnalyses: Int
    /// Whether rows from before the first look are still being read.
    public var isFilling: Bool
    /// Rows that can't be read.
    public var unreadableRows: Int
    /// Writes that the Hub has not taken yet.
    public var waitingWrites: Int

    private enum CodingKeys: String, CodingKey {
        case nodeID = "node_id"
        case nodeName = "node_name"
        case hubVersion = "hub_version"
        case clockOffset = "clock_offset"
        case lastSuccess = "last_success"
        case problem = "problem"
        case alarms = "alarms"
        case projects = "projects"
        case pendingProjects = "pending_projects"
        case analyses = "analyses"
        case pendingAnalyses = "pending_analyses"
        case activeAnalyses = "active_analyses"
        case isFilling = "is_filling"
        case unreadableRows = "unreadable_rows"
        case waitingWrites = "waiting_writes"
    }

    private static let notRead = "the Hub was not read yet: the mirror begins with the first start of the agent"

    /// Reads what is stored.
    public static func read(_ reader: FlameReader) async throws(StoreError) -> FlameStatus {
        var state: FlameSyncState?
        var damage: String?
        do {
            state = try await FlameSyncState.read(reader)
        } catch {
            guard error.code == .damaged else { throw error }
            damage = error.message
        }
        return FlameStatus(
            nodeID: state?.nodeID,
            nodeName: state?.nodeName,
            hubVersion: state?.hubVersion,
            clockOffset: state?.clockOffset,
            lastSuccess: state?.lastSuccess,
            problem: state?.problem ?? damage ?? (state == nil ? Self.notRead : nil),
            alarms: (state?.alarms ?? [:]).sorted { $0.key < $1.key }.map(\.value) + [damage].compactMap { $0 },
            projects: try await reader.count(.projectNode),
            pendingProjects: try await reader.count(.projectNode, .pending),
            analyses: try await reader.count(.analysisNode),
            pendingAnalyses: try await reader.count(.analysisNode, .pending),
            activeAnalyses: try await reader.count(.analysisNode, .active),
            isFilling: state.map { $0.analysisNodes.backfill.offset != nil || $0.projectNodes.backfill.offset != nil }
                ?? true,
            unreadableRows: try await reader.unreadableRows(),
            waitingWrites: try await reader.writes().count
        )
    }
}
