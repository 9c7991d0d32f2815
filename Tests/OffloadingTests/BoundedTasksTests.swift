// SPDX-License-Identifier: Apache-2.0

import Offloading
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BoundedTasksTests {
    @Test(arguments: [1, 3, 50, 1_000])
    func doesEverythingButLittleAtATime(_ limit: Int) async {
        let tally = Tally()
        var results: Set<Int> = []
        await withBoundedTasks(for: 0..<50, atMost: limit) { number in
            tally.begin()
            await Task.yield()
            tally.end()
            return number * 2
        } finished: { result in
            results.insert(result)
        }
        #expect(results == Set((0..<50).map { $0 * 2 }))
        #expect(tally.most <= limit)
    }

    @Test func nothingIsNothing() async {
        await withBoundedTasks(for: [Int](), atMost: 0) { _ in Issue.record("there is nothing to do") }
    }

    @Test func aCancelledTaskBeginsNothingMore() async {
        let tally = Tally()
        let task = Task {
            await withBoundedTasks(for: 0..<1_000, atMost: 2) { _ in
                tally.begin()
                // Ends with the cancellation only.
                while !Task.isCancelled { await Task.yield() }
            }
        }
        while tally.begun < 2 { await Task.yield() }
        task.cancel()
        await task.value
        #expect(tally.begun == 2)
    }
}
