// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Synchronization
import Timekeeping

/// What is known of messages that are too long to be received. Nothing of them arrives, so that they can't be acknowledged, and
/// the service delivers them again and again.
package final class OversizedMessages: Sendable {
    /// What is to be told about them.
    package struct Report: Sendable, Equatable {
        /// How many deliveries were refused since the start.
        package var deliveries: Int
        /// When the last one was.
        package var last: Date
    }

    private struct State {
        var report: Report?
        var unrecorded = 0
        var recorded: Date?
    }

    /// How often they are recorded at most: once an hour.
    static let recordingInterval: Duration = .seconds(3_600)

    private let state = Mutex(State())

    package init() {}

    /// `nil` if there were none.
    package var report: Report? { state.withLock { $0.report } }

    /// Notes a delivery.
    ///
    /// - Returns: How many there were since the last record, if it is time for one.
    func note(at now: Date) -> Int? {
        state.withLock { state in
            state.report = Report(deliveries: (state.report?.deliveries ?? 0) + 1, last: now)
            state.unrecorded += 1
            if let recorded = state.recorded {
                let age = now.timeIntervalSince(recorded)
                // A clock that was put back delays no record.
                guard age < 0 || age >= Self.recordingInterval.timeInterval else { return nil }
            }
            state.recorded = now
            defer { state.unrecorded = 0 }
            return state.unrecorded
        }
    }
}
