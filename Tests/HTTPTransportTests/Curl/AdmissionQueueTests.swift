// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import HTTPTransport

struct AdmissionQueueTests {
    let first = HTTPOrigin(scheme: "https", host: "a", port: nil)
    let second = HTTPOrigin(scheme: "https", host: "b", port: nil)

    @Test func admitsInOrderUpToBothLimits() throws {
        let (first, second) = (try #require(first), try #require(second))
        var queue = AdmissionQueue(maximum: 3, maximumPerOrigin: 2)
        let ids = (0..<6).map { _ in TransferID.next() }
        for id in ids[0..<4] { queue.enqueue(id, to: first) }
        for id in ids[4..<6] { queue.enqueue(id, to: second) }

        // The third and fourth wait for their origin and hold up nobody else.
        #expect(
            [queue.admitNext(), queue.admitNext(), queue.admitNext(), queue.admitNext()] == [
                ids[0], ids[1], ids[4], nil,
            ]
        )
        #expect(queue.waitingCount == 3)
        queue.remove(ids[4])
        #expect([queue.admitNext(), queue.admitNext()] == [ids[5], nil])
        queue.remove(ids[0])
        #expect([queue.admitNext(), queue.admitNext()] == [ids[2], nil])
        queue.remove(ids[3])
        queue.remove(ids[1])
        #expect(queue.admitNext() == nil)
        #expect(queue.waitingCount == 0)
    }

    @Test func neverExceedsItsLimitsAndForgetsNobody() throws {
        let origins = [try #require(first), try #require(second)]
        var generator = SeededGenerator(seed: 3)
        var queue = AdmissionQueue(maximum: 5, maximumPerOrigin: 3)
        var origin: [TransferID: HTTPOrigin] = [:]
        var admitted: [TransferID] = []
        var waiting: [TransferID] = []
        for _ in 0..<5_000 {
            if Bool.random(using: &generator) {
                let id = TransferID.next()
                origin[id] = origins[Int.random(in: 0...1, using: &generator)]
                queue.enqueue(id, to: try #require(origin[id]))
                waiting.append(id)
            } else if let id = (admitted + waiting).randomElement(using: &generator) {
                queue.remove(id)
                admitted.removeAll { $0 == id }
                waiting.removeAll { $0 == id }
            }
            while let id = queue.admitNext() {
                try #require(waiting.contains(id))
                waiting.removeAll { $0 == id }
                admitted.append(id)
            }
            try #require(admitted.count <= 5)
            for candidate in origins {
                let count = admitted.count { origin[$0] == candidate }
                try #require(count <= 3)
                let couldGo = admitted.count < 5 && count < 3
                try #require(!couldGo || !waiting.contains { origin[$0] == candidate })
            }
        }
    }
}
