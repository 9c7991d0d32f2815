// SPDX-License-Identifier: Apache-2.0

import FlameHub
import Foundation
import StateStore

/// What is known on this machine of the run of an analysis.
struct FlameRun: StoredJSON, Sendable, Equatable {
    /// The status that was last reported from here, or last taken over from the Hub.
    var status: ProcessStatus?
    /// The progress that was last reported.
    var progress: Int?
    /// When progress alone was last reported.
    var progressAt: Date?
    /// Whether the status was reported once more already since it last matched.
    var hasReasserted = false
    /// Why the run has to stop; `nil` if it may go on.
    var stopReason: String?
    /// The id of the analysis, so that it is known when the Hub's row is gone; `nil` for a run that an older version began.
    var analysis: String?
    /// What the analysis consisted of when it started.
    var snapshot: ConsentSnapshot?

    enum CodingKeys: String, CodingKey {
        case status = "status"
        case progress = "progress"
        case progressAt = "progressAt"
        case hasReasserted = "hasReasserted"
        case stopReason = "stopReason"
        case analysis = "analysis"
        case snapshot = "snapshot"
    }

    static let subject = "What is known of a run at the FLAME node"

    /// Goes on from what the Hub has.
    init(status: ProcessStatus?, progress: Int?) {
        self.status = status
        self.progress = progress
    }

    /// Whether it runs.
    var isRunning: Bool { status?.isActive ?? false }

    /// The run as it is kept.
    func stored() throws(StoreError) -> FlameBatch.Run {
        FlameBatch.Run(isRunning: isRunning, body: try storedText())
    }
}
