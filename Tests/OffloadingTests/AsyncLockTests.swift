// SPDX-License-Identifier: Apache-2.0

import Offloading
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AsyncLockTests {
    private let lock = AsyncLock()

    private func waiting(_ count: Int) async {
        while lock.waitingCount != count { await Task.yield() }
    }

    @Test func letsOneInAtATime() async throws {
        let tally = Tally()
        try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask {
                    try await lock.withTurn { _ in
                        tally.begin()
                        await Task.yield()
                        tally.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(tally.ended == 200)
        #expect(tally.most == 1)
    }

    @Test func keepsTheOrder() async throws {
        let order = Order()
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup { group in
            let (entered, entering) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await lock.withTurn { _ in
                    entering.finish()
                    for await _ in release {}
                }
            }
            for await _ in entered {}
            for number in 0..<20 {
                group.addTask { try await lock.withTurn { _ in order.append(number) } }
                await waiting(number + 1)
            }
            releasing.finish()
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<20))
    }

    @Test func cancellationEndsTheWait() async throws {
        let (release, releasing) = AsyncStream.makeStream(of: Void.self)
        let holder = Task { try await lock.withTurn { _ in for await _ in release {} } }
        let order = Order()
        let waiter = Task { try await lock.withTurn { _ in order.append(1) } }
        await waiting(1)
        let next = Task { try await lock.withTurn { _ in order.append(2) } }
        await waiting(2)
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(lock.waitingCount == 1)
        releasing.finish()
        try await holder.value
        try await next.value
        #expect(order.numbers == [2])
        // Free again.
        #expect(try await lock.withTurn { _ in 1 } == 1)
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotWait() async throws {
        try await lock.withTurn { _ in
            let late = Task { [lock] in
                while !Task.isCancelled { await Task.yield() }
                return try await lock.withTurn { _ in 1 }
            }
            late.cancel()
            await #expect(throws: CancellationError.self) { try await late.value }
        }
    }

    @Test func anErrorFreesIt() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await lock.withTurn { _ in throw Failure() } }
        #expect(try await lock.withTurn { _ in 1 } == 1)
    }

    @Test func onlyItsHolderCanCallWhatNeedsATurn() async throws {
        func change(_ turn: borrowing AsyncLock.Turn, _ value: inout Int) { value += 1 }
        var value = 0
        try await lock.withTurn { turn in change(turn, &value) }
        #expect(value == 1)
    }
}
