// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import StateStore

/// How far the mirror is, and how the last looks at the Hub went. Kept with the mirror, so that both are always of the
/// same moment.
struct FlameSyncState: StoredJSON, Sendable, Equatable {
    /// The name of the value that holds it.
    static let key = "sync"

    /// A walk over rows that were there before the first look (flame-hub.md, 6.5).
    struct Backfill: Codable, Sendable, Equatable {
        /// Where the next page starts; `nil` when the walk is done.
        var offset: Int? = 0
        /// The cycle in which it last began.
        var begunAt = 0

        enum CodingKeys: String, CodingKey {
            case offset = "offset"
            case begunAt = "begunAt"
        }
    }

    /// The node that is mirrored.
    var nodeID: String
    /// The node's name.
    var nodeName: String?
    /// The Hub's release.
    var hubVersion: String?
    /// How far the Hub's clock is ahead of this machine's, in seconds.
    var clockOffset: Double?
    /// When everything was last read as it should be.
    var lastSuccess: Date?
    /// How many looks at the Hub were begun.
    var cycle = 0
    /// Why the last look failed.
    var problem: String?
    /// What the operator has to see to, by what it is about.
    var alarms: [String: String] = [:]
    /// How far the parts in projects are known.
    var projectNodes = Collection()
    /// How far the parts in analyses are known.
    var analysisNodes = Collection()
    /// Where a set of active parts that is too large for one pass is read on.
    var activeOffset = 0

    /// How far a list is known.
    struct Collection: Codable, Sendable, Equatable {
        /// Everything up to here is known.
        var watermark: DeltaWatermark?
        /// The walk over the rows before that.
        var backfill = Backfill()
        /// How many rows the Hub last had.
        var total: Int?
        /// The id of the last row that was looked for to see whether it still exists; `nil` where the round begins.
        var verifiedUpTo: String?

        enum CodingKeys: String, CodingKey {
            case watermark = "watermark"
            case backfill = "backfill"
            case total = "total"
            case verifiedUpTo = "verifiedUpTo"
        }
    }

    enum CodingKeys: String, CodingKey {
        case nodeID = "nodeID"
        case nodeName = "nodeName"
        case hubVersion = "hubVersion"
        case clockOffset = "clockOffset"
        case lastSuccess = "lastSuccess"
        case cycle = "cycle"
        case problem = "problem"
        case alarms = "alarms"
        case projectNodes = "projectNodes"
        case analysisNodes = "analysisNodes"
        case activeOffset = "activeOffset"
    }

    static let subject = "How far the mirror of the FLAME Hub is"

    /// Nothing is known of a node.
    init(nodeID: String) {
        self.nodeID = nodeID
    }

    /// Reads what is stored; `nil` if nothing is.
    static func read(_ reader: FlameReader) async throws(StoreError) -> FlameSyncState? {
        guard let text = try await reader.value(key) else { return nil }
        return try FlameSyncState(stored: text)
    }
}
