// SPDX-License-Identifier: Apache-2.0

/// What an analysis can be told to do (flame-hub.md, 4.6 and 5.5).
public enum AnalysisCommand: String, Sendable, CaseIterable {
    /// Builds the image. The analysis must be locked and approved by all nodes.
    case buildStart
    /// Looks how the build is.
    case buildCheck
    /// Fixes code and nodes. Needs an entry point, an image, a node with data and one that aggregates.
    case configurationLock
    /// Opens code and nodes again, and takes back all approvals but those of nodes that aggregate.
    case configurationUnlock
    /// Sends the built image to the nodes.
    case distributionStart
    /// Looks how the distribution is.
    case distributionCheck
    /// Looks whether the buckets are there.
    case storageCheck
    /// Stops the build. Only before hub 0.8.22.
    case buildStop
    /// Looks how the build is. Only before hub 0.8.22.
    case buildStatus
    /// Starts the execution. Only before hub 0.8.22.
    case spinUp
    /// Ends the execution. Only before hub 0.8.22.
    case tearDown

    /// Whether a hub knows the command; it would take another for a mistake.
    func isKnown(to server: ServerProfile) -> Bool {
        switch self {
        case .buildStart, .configurationLock, .configurationUnlock: true
        case .buildCheck, .distributionStart, .distributionCheck, .storageCheck: server.isAtLeast(.clientsForNodes)
        case .buildStop, .buildStatus, .spinUp, .tearDown: !server.isAtLeast(.clientsForNodes)
        }
    }
}
