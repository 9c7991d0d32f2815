// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import TaskFlow

@Suite("Places for tasks")
struct TaskLaneTests {
    private let clock = ManualClock()

    private func lane(_ active: Int, _ set: (inout TaskLane.Limits) -> Void = { _ in }) -> TaskLane {
        var limits = TaskLane.Limits(active: active)
        set(&limits)
        return TaskLane(limits, clock: clock)
    }

    private func admitted(_ arrival: TaskLane.Arrival) throws -> TaskLane.Ticket {
        guard case .admitted(let ticket) = arrival else { throw Unexpected(arrival: arrival) }
        return ticket
    }

    private func queued(_ arrival: TaskLane.Arrival) throws -> TaskLane.Ticket {
        guard case .queued(let ticket) = arrival else { throw Unexpected(arrival: arrival) }
        return ticket
    }

    private struct Unexpected: Error { let arrival: TaskLane.Arrival }

    @Test("A name holds only the places it may have; another enters past its queue")
    func passesOverBusyName() async throws {
        let lane = lane(2) { $0.activePerName = 1 }
        let place = try admitted(await lane.arrive("slow"))
        let ticket = try queued(await lane.arrive("slow"))
        _ = try admitted(await lane.arrive("other"))
        #expect(await lane.active == 2)
        await lane.leave(place)
        #expect(await lane.wait(ticket) == .admitted)
        #expect(await lane.active == 2)
        #expect(await lane.waiting == 0)
    }

    @Test("As long as few wait, the first to come is served first")
    func keepsOrder() async throws {
        let lane = lane(3)
        var places: [TaskLane.Ticket] = []
        for name in ["a", "b", "c"] { places.append(try admitted(await lane.arrive(name))) }
        var tickets: [TaskLane.Ticket] = []
        for name in ["d", "e", "f"] { tickets.append(try queued(await lane.arrive(name))) }
        for (place, ticket) in zip(places, tickets) {
            await lane.leave(place)
            #expect(await lane.wait(ticket) == .admitted)
        }
    }

    @Test("In a backlog the last to come is served first, whatever names the others give themselves")
    func newestFirst() async throws {
        let lane = lane(1)
        let place = try admitted(await lane.arrive("first"))
        for number in 0..<500 { _ = try queued(await lane.arrive("forged-\(number)")) }
        for _ in 0..<500 { _ = try queued(await lane.arrive("alice")) }
        let genuine = try queued(await lane.arrive("alice"))
        await lane.leave(place)
        #expect(await lane.wait(genuine) == .admitted)
    }

    @Test("Who holds fewer places goes first")
    func isFair() async throws {
        let lane = lane(4)
        var places: [TaskLane.Ticket] = []
        for _ in 0..<4 { places.append(try admitted(await lane.arrive("busy"))) }
        let waiting = try queued(await lane.arrive("busy"))
        let other = try queued(await lane.arrive("other"))
        await lane.leave(places[0])
        #expect(await lane.wait(other) == .admitted)
        await lane.leave(places[1])
        #expect(await lane.wait(waiting) == .admitted)
    }

    @Test("Beyond its share of the queue a name is refused, where names are proven")
    func refusesBeyondQueue() async throws {
        let lane = lane(1) {
            $0.activePerName = 1
            $0.waitingPerName = 1
        }
        _ = try admitted(await lane.arrive("a"))
        _ = try queued(await lane.arrive("a"))
        #expect(await lane.arrive("a") == .refused)
        _ = try queued(await lane.arrive("b"))
    }

    @Test("One too many takes the place in the queue of the name with the most waiting")
    func displaces() async throws {
        let lane = lane(1) {
            $0.waiting = 3
            $0.displaces = true
        }
        _ = try admitted(await lane.arrive("a"))
        let alice = try queued(await lane.arrive("alice"))
        let flood = [try queued(await lane.arrive("m")), try queued(await lane.arrive("m"))]
        _ = try queued(await lane.arrive("m"))
        #expect(await lane.wait(flood[0]) == .displaced)
        #expect(await lane.waiting == 3)
        let waiting = Task { await lane.wait(alice) }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
    }

    @Test("Whose time is over leaves the queue without a place")
    func expires() async throws {
        let lane = lane(1)
        let place = try admitted(await lane.arrive("a"))
        let late = try queued(await lane.arrive("b", timeLeft: { [clock] in .seconds(5) - clock.now.offset }))
        let other = try queued(await lane.arrive("c"))
        clock.advance(by: .seconds(5))
        await lane.leave(place)
        #expect(await lane.wait(late) == .displaced)
        #expect(await lane.wait(other) == .admitted)
    }

    @Test("Who is cancelled while waiting holds no place and leaves the queue")
    func cancelledWaiterLeaves() async throws {
        let lane = lane(1)
        let place = try admitted(await lane.arrive("a"))
        let ticket = try queued(await lane.arrive("b"))
        let waiting = Task { await lane.wait(ticket) }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        #expect(await lane.waiting == 0)
        await lane.leave(place)
        #expect(await lane.active == 0)
    }

    @Test("Fetching waits until the queue has room")
    func waitsForRoom() async throws {
        let lane = lane(1) { $0.waiting = 1 }
        let place = try admitted(await lane.arrive("a"))
        let ticket = try queued(await lane.arrive("b"))
        let fetching = Task {
            await lane.waitForRoom()
            return await lane.waiting
        }
        await lane.leave(place)
        #expect(await fetching.value == 0)
        #expect(await lane.wait(ticket) == .admitted)
    }

    @Test("Places are given at a rate, also to those who wait")
    func rate() async throws {
        let lane = lane(10) { $0.rate = .init(burst: 2, interval: .seconds(6)) }
        for _ in 0..<2 { _ = try admitted(await lane.arrive("a")) }
        #expect(await lane.enterNow("a") == nil)
        let tickets = [try queued(await lane.arrive("a")), try queued(await lane.arrive("a"))]
        for ticket in tickets {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(6))
            #expect(await lane.wait(ticket) == .admitted)
        }
        clock.advance(by: .seconds(600))
        for _ in 0..<2 { #expect(await lane.enterNow("a") != nil) }
        #expect(await lane.enterNow("a") == nil)
    }

    @Test("Under pressure the place of the one who has been silent longest is asked for, and of nobody else")
    func evicts() async throws {
        let lane = lane(3)
        let places = [
            try admitted(await lane.arrive("alive")), try admitted(await lane.arrive("silent")),
            try admitted(await lane.arrive("newer")),
        ]
        for place in places { await lane.setEvictable(place, true) }
        await lane.setEvictable(places[0], false)
        let silent = Task { await lane.evicted(places[1]) }
        let newer = Task { await lane.evicted(places[2]) }
        let waiting = try queued(await lane.arrive("genuine"))
        #expect(await silent.value)
        await lane.leave(places[1])
        #expect(await lane.wait(waiting) == .admitted)
        newer.cancel()
        #expect(await newer.value == false)
    }

    @Test("Whatever the order of events, no limit is passed and every place comes back")
    func randomOperations() async throws {
        var random = SeededGenerator(seed: 7)
        let lane = lane(4) { $0.activePerName = 2 }
        let names = ["a", "b", "c"]
        var held: [(ticket: TaskLane.Ticket, name: String)] = []
        var waiting: [(ticket: TaskLane.Ticket, name: String)] = []
        for _ in 0..<2_000 {
            if Bool.random(using: &random) {
                let name = names.randomElement(using: &random) ?? "a"
                switch await lane.arrive(name) {
                case .admitted(let ticket): held.append((ticket, name))
                case .queued(let ticket): waiting.append((ticket, name))
                case .refused: Issue.record("nobody is refused here")
                }
            } else if let index = held.indices.randomElement(using: &random) {
                let before = await lane.waiting
                await lane.leave(held.remove(at: index).ticket)
                let entered = before - (await lane.waiting)
                #expect(entered <= 1)
                for index in waiting.indices.reversed() where await lane.isHeld(waiting[index].ticket) {
                    let waiter = waiting.remove(at: index)
                    #expect(await lane.wait(waiter.ticket) == .admitted)
                    held.append(waiter)
                }
            }
            #expect(await lane.active == held.count)
            #expect(await lane.waiting == waiting.count)
            #expect(held.count <= 4)
            #expect(names.allSatisfy { name in held.count { $0.name == name } <= 2 })
        }
    }
}
