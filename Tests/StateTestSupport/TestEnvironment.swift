// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import TestSupport
import Timekeeping

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import TaskFlow

/// Clocks that stand still until they are moved, and seeded randomness.
package final class TestEnvironment: Sendable {
    private struct State {
        var milliseconds: Int64 = 1_763_780_400_123
        var instant = ContinuousClock.now
        var generator = SeededGenerator(seed: 7)
    }

    private let state = Mutex(State())

    func advance(milliseconds: Int64) {
        state.withLock {
            $0.milliseconds += milliseconds
            $0.instant += .milliseconds(milliseconds)
        }
    }

    /// Moves the wall clock alone.
    func jump(milliseconds: Int64) {
        state.withLock { $0.milliseconds += milliseconds }
    }

    var now: Date { ISO8601.date(milliseconds: state.withLock { $0.milliseconds }) }

    var environment: StoreEnvironment {
        StoreEnvironment(
            wallClock: { self.now },
            monotonicClock: { self.state.withLock { $0.instant } },
            random: { self.state.withLock { $0.generator.next() } }
        )
    }
}
