// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import TaskFlow

@Suite("Time limits")
struct TimeLimitTests {
    private struct Failed: Error, Equatable {}

    private let clock = ManualClock()
    private var limit: TimeLimit<ManualClock> {
        TimeLimit(clock: clock, end: ManualClock.Instant(offset: .seconds(10)))
    }

    @Test("What ends in time is returned")
    func success() async {
        let result = await limit.run { () async throws(Failed) in 7 }
        #expect(result == .success(7))
    }

    @Test("What fails in time is reported as it failed")
    func failure() async {
        let result = await limit.run { () async throws(Failed) -> Int in throw Failed() }
        #expect(result == .failure(Failed()))
    }

    @Test("What does not end in time is cancelled")
    func tooLate() async {
        let limit = limit
        async let result = limit.run { () async throws(Failed) -> Int in
            // Ends only by cancellation: nobody moves this clock that far.
            do { try await clock.sleep(for: .seconds(1_000)) } catch { throw Failed() }
            return 7
        }
        await clock.waitForSleeper(dueBefore: .seconds(11))
        await clock.waitForSleeper(dueAtOrAfter: .seconds(1_000))
        clock.advance(by: .seconds(10))
        #expect(await result == nil)
    }

    @Test("After the limit nothing is begun")
    func notBegun() async {
        clock.advance(by: .seconds(10))
        let result = await limit.run { () async throws(Failed) -> Int in
            Issue.record("begun after the limit")
            return 7
        }
        #expect(result == nil)
    }

    @Test("Cancellation from outside is no time-out: the operation says how it ended")
    func cancelledOutside() async {
        let limit = limit
        let clock = clock
        let result = await withTaskGroup(of: Result<Int, Failed>?.self) { group in
            group.addTask {
                await limit.run { () async throws(Failed) -> Int in
                    do { try await clock.sleep(for: .seconds(1_000)) } catch { throw Failed() }
                    return 7
                }
            }
            await clock.waitForSleeper(dueBefore: .seconds(11))
            await clock.waitForSleeper(dueAtOrAfter: .seconds(1_000))
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(result == .failure(Failed()))
    }
}
