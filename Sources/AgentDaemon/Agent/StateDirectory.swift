// SPDX-License-Identifier: Apache-2.0

import FlameNode
public import Foundation
package import StateStore
import SystemFiles
import TaskFlow

/// The directory of all state, for the owner's eyes only.
struct StateDirectory: Sendable {
    let url: URL

    /// Makes the directory, mode 0700, or checks that an existing one is not open to others.
    ///
    /// - Throws: ``AgentFailure``.
    init(_ url: URL) throws(AgentFailure) {
        self.url = url
        do {
            try PrivateDirectory.make(url)
            try PrivateDirectory.check(url)
        } catch {
            guard error.code == .notPrivate else {
                throw AgentFailure(.inputOutput, error.description, underlying: error)
            }
            throw AgentFailure(.denied, "\(url.path) is open to others", hint: "chmod 0700 \(url.path)")
        }
    }
}

/// What is kept in the state database beside the audit log.
package enum AgentState {
    /// The features that have tables, in the order in which they are made.
    package static let features: [any StateComponent] = [TaskTables(), FlameTables()]
}

extension AgentConfiguration {
    /// The audit log and all other tables.
    public var databasePath: String { stateDirectory.appendingPathComponent("agent.sqlite").path }

    /// The audit log's key and the last checkpoint that it signed.
    public var auditDirectory: URL { stateDirectory.appendingPathComponent("audit") }
}
