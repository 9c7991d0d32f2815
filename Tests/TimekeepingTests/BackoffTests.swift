// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing
import Timekeeping

struct BackoffTests {
    @Test(arguments: [(1, 1), (2, 2), (3, 4), (5, 16), (6, 20), (1_000_000, 20), (.max, 20), (0, 1), (-1, 1)])
    func growsUpToItsCap(_ failures: Int, _ seconds: Int) {
        let backoff = Backoff(cap: .seconds(20))
        #expect(backoff.delay(afterFailures: failures, random: { 1 }) == .seconds(seconds))
        #expect(backoff.delay(afterFailures: failures, random: { 0.5 }) == .seconds(seconds) / 2)
        #expect(backoff.delay(afterFailures: failures, random: { 0 }) == .zero)
    }

    @Test func withoutJitterNothingIsDrawn() {
        let backoff = Backoff(first: .seconds(30), cap: .seconds(600), jitter: .none)
        let delays = (1...7).map { backoff.delay(afterFailures: $0, random: { Double.nan }) }
        #expect(delays == [30, 60, 120, 240, 480, 600, 600].map { .seconds($0) })
    }

    @Test func hasAnyFactor() {
        let triple = Backoff(first: .milliseconds(10), cap: .seconds(1), factor: 3)
        #expect((1...6).map(triple.wholeDelay) == [10, 30, 90, 270, 810, 1_000].map { .milliseconds($0) })
        let constant = Backoff(first: .seconds(5), factor: 1)
        #expect(constant.wholeDelay(afterFailures: .max) == .seconds(5))
    }

    @Test func extremesStayWithinBounds() {
        let long = Backoff(first: .seconds(Int64.max), cap: .seconds(Int64.max))
        #expect(long.wholeDelay(afterFailures: 9) == .seconds(Int64.max))
        #expect(Backoff(first: .zero).wholeDelay(afterFailures: .max) == .zero)
        #expect(Backoff(first: .seconds(9), cap: .seconds(3)).wholeDelay(afterFailures: 1) == .seconds(3))
        #expect(Backoff().delay(afterFailures: 3, random: { 7 }) == .seconds(4))
        #expect(Backoff().delay(afterFailures: 3, random: { -7 }) == .zero)
    }

    @Test func aSuccessStartsOver() {
        var delays = RetryDelays(Backoff(cap: .seconds(10)), random: { 0.5 })
        #expect((0..<6).map { _ in delays.next() } == [0.5, 1, 2, 4, 5, 5].map { .seconds($0) })
        #expect(delays.failures == 6)
        delays.reset()
        #expect(delays.next() == .milliseconds(500))
    }

    @Test func aYearOfFailuresDoesNotOverflow() {
        var delays = RetryDelays(random: { 1 })
        for _ in 0..<100_000 { #expect(delays.next() <= .seconds(300)) }
    }
}

struct StopwatchTests {
    @Test func measuresWhatPasses() async throws {
        let clock = RecordingClock()
        let elapsed = clock.stopwatch()
        #expect(elapsed() == .zero)
        try await clock.sleep(for: .milliseconds(1_500))
        #expect(elapsed() == .milliseconds(1_500))
        #expect(elapsed().timeInterval == 1.5)
    }
}
