// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Health

@Suite("Activity of loops")
struct LoopActivityTests {
    /// A time that a test moves.
    private final class Time: Sendable {
        private let instant = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func pass(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    @Test("A loop that notes nothing for too long is stuck")
    func stuck() {
        let time = Time()
        let activity = LoopActivity(now: { time.now })
        #expect(activity.isAlive)
        activity.note("mailbox")
        time.pass(LoopActivity.patience - .seconds(1))
        #expect(activity.isAlive)
        time.pass(.seconds(1))
        #expect(!activity.isAlive)
        activity.note("mailbox")
        #expect(activity.isAlive)
    }

    @Test("A loop that waits for others is not stuck, and has its whole patience afterwards")
    func waiting() async {
        let time = Time()
        let activity = LoopActivity(now: { time.now })
        activity.note("mailbox")
        activity.note("outbox")
        await activity.waiting("mailbox") {
            time.pass(LoopActivity.patience)
            #expect(!activity.isAlive, "the outbox is stuck meanwhile")
            activity.note("outbox")
            #expect(activity.isAlive)
        }
        #expect(activity.isAlive)
        time.pass(LoopActivity.patience)
        #expect(!activity.isAlive)
    }
}
