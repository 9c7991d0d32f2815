// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import FlameHub
@testable import FlameNode

/// Catching up with a list, newest first (flame-hub.md, 6.5).
@Suite struct DeltaPassTests {
    typealias Row = DeltaPass<Int>.Row

    /// A list as the Hub keeps it, and as this machine knows it.
    struct World {
        var random: SeededGenerator
        /// Newest first.
        var hub: [Row] = []
        var mirror: [Int: HubTimestamp] = [:]
        var watermark = DeltaWatermark()
        var second = 0
        var requests = 0
        var nextID = 0
        var limits = DeltaPass<Int>.Limits()

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        var now: HubTimestamp { Self.stamp(second) }
        var isMirrored: Bool { mirror == Dictionary(uniqueKeysWithValues: hub.map { ($0.id, $0.updatedAt) }) }

        static func stamp(_ second: Int) -> HubTimestamp {
            HubTimestamp(Date(timeIntervalSince1970: 1_780_000_000 + Double(second)))
        }

        mutating func insert(_ count: Int) {
            for _ in 0..<count {
                second += Int.random(in: 0...3, using: &random)
                hub.insert(Row(id: nextID, updatedAt: now), at: 0)
                nextID += 1
            }
        }

        mutating func touch(_ count: Int) {
            for _ in 0..<count where !hub.isEmpty {
                second += Int.random(in: 0...3, using: &random)
                let row = hub.remove(at: Int.random(in: 0..<hub.count, using: &random))
                hub.insert(Row(id: row.id, updatedAt: now), at: 0)
            }
        }

        /// One pass, with changes between its pages.
        mutating func pass(_ change: (inout World) -> Void = { _ in }) throws {
            var pass = DeltaPass<Int>(from: watermark, limits: limits)
            while true {
                requests += 1
                let page = Array(hub.dropFirst(pass.offset).prefix(50))
                let (_, step) = try pass.take(page, total: hub.count)
                for row in page { mirror[row.id] = row.updatedAt }
                if case .finished(let watermark) = step {
                    self.watermark = watermark
                    return
                }
                change(&self)
            }
        }
    }

    @Test func readsEverythingTheFirstTimeAndLittleAfterwards() throws {
        var world = World(seed: 1)
        world.limits.overlap = 2
        world.insert(500)
        try world.pass()
        #expect(world.isMirrored)
        #expect(world.requests == 11)
        #expect(world.watermark == DeltaWatermark(value: world.now))
        world.requests = 0
        try world.pass()
        #expect(world.requests == 1)
        world.touch(10)
        try world.pass()
        #expect(world.requests == 2)
        #expect(world.isMirrored)
    }

    /// A Hub on which 2,600 rows changed within 28 ms: the mirror never got behind the first 1,805 of them.
    @Test func getsBehindMoreRowsThanItMayReadThatChangedAtOnce() throws {
        var world = World(seed: 4)
        world.insert(3_000)
        world.limits.maximumPages = 100
        try world.pass()
        world.limits.maximumPages = 10
        world.second += 1_000
        world.hub = world.hub.map { [now = world.now] in Row(id: $0.id, updatedAt: now) }
        var passes = 0
        repeat {
            try world.pass()
            passes += 1
        } while world.watermark.gap != nil && passes < 50
        #expect(world.watermark == DeltaWatermark(value: world.now))
        #expect(world.isMirrored)
        // And it doesn't read all of them again each time.
        world.requests = 0
        try world.pass()
        #expect(world.requests == 5)
        #expect(world.watermark.gap == nil)
    }

    @Test func costsWhatTheTableSays() throws {
        var world = World(seed: 2)
        world.limits.overlap = 0
        world.insert(5_000)
        world.limits.maximumPages = 200
        try world.pass()
        world.second += 1
        for id in 0..<1_000 {
            world.hub.removeAll { $0.id == id * 5 }
            world.hub.insert(Row(id: id * 5, updatedAt: world.now), at: 0)
        }
        world.requests = 0
        try world.pass()
        #expect(world.requests <= 1_000 / 45 + 1)
        #expect(world.isMirrored)
    }

    @Test func readsSomewhatBehindTheWatermark() throws {
        var world = World(seed: 3)
        world.insert(40)
        try world.pass()
        // A row that was committed late, with an older time.
        let late = World.stamp(world.second - 60)
        world.insert(60)
        let place = world.hub.firstIndex { $0.updatedAt <= late } ?? world.hub.count
        world.hub.insert(Row(id: 9_999, updatedAt: late), at: place)
        try world.pass()
        #expect(world.mirror[9_999] == late)
    }

    @Test func refusesAListThatIsNotSorted() {
        var pass = DeltaPass<Int>(from: DeltaWatermark())
        #expect(throws: DeltaPass<Int>.NotSorted()) {
            try pass.take([Row(id: 1, updatedAt: World.stamp(1)), Row(id: 2, updatedAt: World.stamp(2))], total: 2)
        }
    }

    @Test func keepsTheWatermarkUntilAnOpenIntervalIsClosed() throws {
        var world = World(seed: 4)
        world.limits.overlap = 1
        world.limits.maximumPages = 4
        world.insert(100)
        try world.pass()
        let before = world.watermark
        world.insert(600)
        try world.pass()
        #expect(world.requests == 3 + 4)
        #expect(world.watermark.value == before.value)
        #expect(world.watermark.gap != nil)
        var passes = 0
        while world.watermark.gap != nil, passes < 20 {
            passes += 1
            try world.pass()
        }
        #expect(world.watermark == DeltaWatermark(value: world.now))
        #expect(world.isMirrored)
    }

    /// Whatever is inserted and changed while passes run, a few quiet passes later the mirror is the list.
    @Test(arguments: 1...60)
    func converges(_ seed: Int) throws {
        var world = World(seed: UInt64(seed) * 977)
        world.limits.overlap = TimeInterval(Int.random(in: 0...20, using: &world.random))
        world.limits.maximumPages = Int.random(in: 2...6, using: &world.random)
        world.insert(Int.random(in: 0...600, using: &world.random))
        for _ in 0..<20 {
            world.touch(Int.random(in: 0...80, using: &world.random))
            world.insert(Int.random(in: 0...120, using: &world.random))
            let busy = Int.random(in: 0...40, using: &world.random)
            try world.pass { world in
                world.touch(Int.random(in: 0...busy, using: &world.random))
                world.insert(Int.random(in: 0...busy, using: &world.random))
            }
        }
        var passes = 0
        repeat {
            passes += 1
            try world.pass()
        } while world.watermark.gap != nil && passes < 200
        try world.pass()
        #expect(world.watermark.gap == nil)
        #expect(world.isMirrored)
    }
}
