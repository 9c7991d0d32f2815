// SPDX-License-Identifier: Apache-2.0

import Testing
import Timekeeping

@testable import TaskFlow

@Suite("Poll schedule")
struct PollScheduleTests {
    @Test("Delays grow as bitfount-protocol.md, 7.6, says, and a message starts it over")
    func followsTable() {
        var schedule = PollSchedule()
        let delays = (0..<130).map { _ in schedule.nextDelay() }
        #expect(delays[..<60].allSatisfy { $0 == .seconds(1) })
        #expect(delays[60..<90].allSatisfy { $0 == .seconds(2) })
        #expect(delays[90..<110].allSatisfy { $0 == .seconds(3) })
        #expect(delays[110..<122].allSatisfy { $0 == .seconds(5) })
        #expect(delays[122...].allSatisfy { $0 == .seconds(8) })
        schedule.reset()
        #expect(schedule.nextDelay() == .seconds(1))
    }
}

@Suite("Jittered backoff")
struct JitteredBackoffTests {
    @Test("The ceiling doubles up to the cap, and a success starts it over")
    func doubles() {
        var backoff = RetryDelays(Backoff(first: .seconds(1), cap: .seconds(10)), random: { 0.5 })
        #expect((0..<6).map { _ in backoff.next() } == [0.5, 1, 2, 4, 5, 5].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.next() == .milliseconds(500))
    }

    @Test("A year of failures does not overflow")
    func neverOverflows() {
        var backoff = RetryDelays(random: { 1 })
        for _ in 0..<100_000 { #expect(backoff.next() <= .seconds(300)) }
    }
}

@Suite("Modeller presence")
struct ModellerPresenceTests {
    private let patience = IdentityPatience(silence: .seconds(180), grace: .seconds(60))

    @Test("After the silence comes one check, after the grace the modeller is gone")
    func checksThenGivesUp() {
        var presence = ModellerPresence(patience: patience)
        presence.heard(now: .zero)
        #expect(presence.next(now: .seconds(179), challengedAt: .zero) == .wait)
        guard case .check(let id) = presence.next(now: .seconds(180), challengedAt: .zero) else {
            Issue.record("a check is due")
            return
        }
        #expect(id.count == 32)
        #expect(presence.next(now: .seconds(239), challengedAt: .zero) == .wait)
        #expect(presence.next(now: .seconds(240), challengedAt: .zero) == .gone)
    }

    @Test("A sign of life begins a new silence")
    func signOfLife() {
        var presence = ModellerPresence(patience: patience)
        presence.heard(now: .zero)
        _ = presence.next(now: .seconds(180), challengedAt: .zero)
        presence.heard(now: .seconds(200))
        #expect(presence.next(now: .seconds(379), challengedAt: .zero) == .wait)
        #expect(presence.next(now: .seconds(380), challengedAt: .zero) != .wait)
    }

    @Test("The first sign of life has to come soon after the challenge, and is asked for once")
    func firstSign() {
        var presence = ModellerPresence(patience: patience)
        #expect(presence.next(now: .seconds(500), challengedAt: nil) == .wait)
        #expect(presence.next(now: .seconds(504), challengedAt: .seconds(500)) == .wait)
        guard case .check = presence.next(now: .seconds(505), challengedAt: .seconds(500)) else {
            Issue.record("a check is due")
            return
        }
        #expect(presence.next(now: .seconds(529), challengedAt: .seconds(500)) == .wait)
        #expect(presence.next(now: .seconds(530), challengedAt: .seconds(500)) == .gone)
    }
}
