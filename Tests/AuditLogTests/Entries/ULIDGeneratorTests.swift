// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import AuditLog
@testable import FlameNode
@testable import StateStore
@testable import StateTestSupport
@testable import TaskFlow

@Suite struct ULIDGeneratorTests {
    @Test func encodesTimeAndRandomness() {
        var generator = ULIDGenerator()
        // The example of the ULID specification has this time.
        let id = generator.next(milliseconds: 1_469_918_176_385) { .max }
        #expect(id == "01ARYZ6S41ZZZZZZZZZZZZZZZZ")
    }

    @Test func growsWithinAMillisecondAndWhileTheClockIsBehind() {
        var generator = ULIDGenerator()
        var random = SeededGenerator(seed: 4)
        var last = ""
        for step in 0..<3_000 {
            let now = Int64([1_000, 1_000, 1_001, 900, -5][step % 5]) + Int64(step / 100)
            let value = random.next()
            let id = generator.next(milliseconds: now) { value }
            #expect(id > last)
            #expect(id.utf8.count == 26)
            last = id
        }
    }

    @Test func countsOverIntoTheNextMillisecond() {
        var generator = ULIDGenerator()
        let first = generator.next(milliseconds: 1) { .max }
        let second = generator.next(milliseconds: 1) { .max }
        #expect(first == "0000000001ZZZZZZZZZZZZZZZZ")
        #expect(second == "00000000020000000000000000")
    }
}
