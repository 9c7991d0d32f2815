// SPDX-License-Identifier: Apache-2.0

import Timekeeping

/// The places for tasks. What is proven has places of its own, so that nothing unproven can take them away.
///
/// A task is first looked at without the pod's key (`inspections`); a signature may need its key from the Hub (`lookups`). Then it
/// takes a place among the requests whose signature holds (`decisions`), those whose signature can't be checked here
/// (`unproven`), those whose modeller has to be asked (`exchanges`), or those that are refused (`refusals`).
package struct TaskAdmission: Sendable {
    /// How many places and how many may wait for one.
    package struct Limits: Sendable {
        /// Signed requests being decided at once.
        var active: Int
        /// Of these, of one modeller, who is proven.
        var activePerModeller: Int
        /// Signed requests that wait for a place.
        var queued: Int
        /// Of these, of one modeller.
        var queuedPerModeller: Int
        /// Modellers being asked who they are, at once.
        package var exchanges = 64
        /// Requests that nobody has proven, in a minute: exchanges and signatures that can't be checked here, each.
        package var unprovenPerMinute = 60

        package init(active: Int, activePerModeller: Int, queued: Int, queuedPerModeller: Int) {
            self.active = active
            self.activePerModeller = activePerModeller
            self.queued = queued
            self.queuedPerModeller = queuedPerModeller
        }
    }

    /// Requests that are fetched and looked at, at once: 32.
    static let concurrentInspections = 32
    /// Requests that wait to be looked at, before no more messages are fetched: 256.
    static let waitingInspections = 256
    /// Keys that the Hub is asked for, at once: 8; and how often: 200 at once, and then 20 in a second.
    static let concurrentLookups = 8
    static let lookupRate = TaskLane.Rate(burst: 200, interval: .milliseconds(50))
    /// Requests that are decided at once although nobody has proven them: 8.
    static let concurrentUnproven = 8
    /// Requests that nobody has proven and that wait for a place or a key: 1,024 each.
    static let waitingUnproven = 1_024
    /// Refusals of requests that nobody has proven that are answered, at once: 4; and how often: 60 at once, and then 10 in a
    /// minute. Further ones are not answered.
    static let concurrentRefusals = 4
    static let refusalRate = TaskLane.Rate(burst: 60, interval: .seconds(6))

    let inspections: TaskLane
    let lookups: TaskLane
    let decisions: TaskLane
    let unproven: TaskLane
    let exchanges: TaskLane
    let refusals: TaskLane

    package init(_ limits: Limits, clock: any Clock<Duration> = .continuous) {
        func lane(_ active: Int, _ set: (inout TaskLane.Limits) -> Void) -> TaskLane {
            var lane = TaskLane.Limits(active: active)
            set(&lane)
            return TaskLane(lane, clock: clock)
        }
        let unprovenRate = TaskLane.Rate(
            burst: limits.unprovenPerMinute,
            interval: .seconds(60) / limits.unprovenPerMinute
        )
        inspections = lane(Self.concurrentInspections) { $0.waiting = Self.waitingInspections }
        lookups = lane(Self.concurrentLookups) {
            $0.waiting = Self.waitingUnproven
            $0.displaces = true
            $0.rate = Self.lookupRate
        }
        decisions = lane(limits.active) {
            $0.activePerName = limits.activePerModeller
            $0.waiting = limits.queued
            $0.waitingPerName = limits.queuedPerModeller
        }
        unproven = lane(Self.concurrentUnproven) {
            $0.waiting = Self.waitingUnproven
            $0.displaces = true
            $0.rate = unprovenRate
        }
        exchanges = lane(limits.exchanges) {
            $0.waiting = Self.waitingUnproven
            $0.displaces = true
            $0.rate = unprovenRate
        }
        refusals = lane(Self.concurrentRefusals) { $0.rate = Self.refusalRate }
    }

    /// Tasks that are being decided.
    package var activeTasks: Int {
        get async { await decisions.active + unproven.active + exchanges.active }
    }

    /// Tasks that wait for a place.
    package var queuedTasks: Int {
        get async {
            await inspections.waiting + lookups.waiting + decisions.waiting + unproven.waiting + exchanges.waiting
        }
    }

    /// Waits until no more wait than may, so that no more messages are fetched than can be held.
    func waitForRoom() async {
        await inspections.waitForRoom()
        await decisions.waitForRoom()
    }
}
