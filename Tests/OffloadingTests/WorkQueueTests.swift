// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Offloading
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WorkQueueTests {
    private struct Refusal: Error, Equatable {}

    @Test func returnsAndThrows() async throws {
        let queue = WorkQueue(label: "test")
        let seven = await queue.run { 7 }
        #expect(seven == 7)
        await #expect(throws: Refusal.self) { try await queue.run { () throws(Refusal) in throw Refusal() } }
    }

    @Test(arguments: [1, 3])
    func asManyAtATimeAsItIsWide(_ width: Int) async {
        let queue = WorkQueue(label: "test", width: width)
        let tally = Tally()
        await withTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    await queue.run {
                        tally.begin()
                        tally.end()
                    }
                }
            }
        }
        #expect(tally.ended == 200)
        #expect(tally.most <= width)
    }

    @Test func beginsInTheOrderOfArrival() async {
        let queue = WorkQueue(label: "test")
        let order = Order()
        let release = DispatchSemaphore(value: 0)
        await withTaskGroup { group in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                await queue.run {
                    start.finish()
                    release.wait()
                }
            }
            for await _ in started {}
            for number in 0..<20 {
                group.addTask { await queue.run { order.append(number) } }
                while queue.waitingCount != number + 1 { await Task.yield() }
            }
            release.signal()
        }
        #expect(order.numbers == Array(0..<20))
    }

    @Test func threadsWorkSideBySide() async {
        let queue = WorkQueue(label: "test", width: 2)
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        await withTaskGroup { group in
            group.addTask {
                await queue.run {
                    first.signal()
                    second.wait()
                }
            }
            group.addTask {
                await queue.run {
                    second.signal()
                    first.wait()
                }
            }
        }
    }

    @Test func refusesMoreThanMayWait() async throws {
        let queue = WorkQueue(label: "test", waitingLimit: 2)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await queue.run(orRefuse: Refusal()) { () throws(Refusal) in
                    start.finish()
                    release.wait()
                    return true
                }
            }
            // The only thread is busy from here on.
            for await _ in started {}
            for _ in 0..<10 {
                group.addTask {
                    do {
                        return try await queue.run(orRefuse: Refusal()) { () throws(Refusal) in true }
                    } catch {
                        return false
                    }
                }
            }
            for _ in 0..<8 { #expect(try await group.next() == false) }
            release.signal()
            for try await isDone in group { #expect(isDone) }
        }
    }

    @Test func whatWaitsOutlivesItsQueue() async {
        let numbers = await withTaskGroup { group in
            let queue = WorkQueue(label: "test")
            for number in 0..<50 { group.addTask { await queue.run { number } } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(numbers == Set(0..<50))
    }
}
