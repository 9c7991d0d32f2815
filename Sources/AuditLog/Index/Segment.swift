// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What the index keeps of 256 entries in a row: when they were recorded, and what they may be about.
///
/// A row for each entry and a B-tree for each field would cost an append several times what the entry itself costs.
/// This costs one small row for 256 entries; a query passes over the segments that can't match and reads the others.
/// The index is a view of the entries: it can be dropped and built again, and a wrong one is found by verification.
struct Segment: Sendable {
    /// How many entries make a segment: as many as a tile of the tree has leaves.
    static let width = MerkleTree.tileWidth

    private(set) var earliest = Int64.max
    private(set) var latest = Int64.min
    private(set) var tokens: Set<IndexToken> = []
    private var previous: [IndexToken] = []

    mutating func add(milliseconds: Int64, tokens: [IndexToken]) {
        earliest = min(earliest, milliseconds)
        latest = max(latest, milliseconds)
        // Entries are mostly about what the one before is about, and looking there is cheaper than hashing.
        for token in tokens where !previous.contains(token) { self.tokens.insert(token) }
        previous = tokens
    }
}

/// The statements on `segment`.
enum SegmentTable {
    static func insert(_ segment: Segment, index: Int64, in db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO segment (idx, at_min, at_max, filter) VALUES (?, ?, ?, ?)")
            .execute(arguments: [index, segment.earliest, segment.latest, SegmentFilter.make(segment.tokens).data])
    }
}

/// A Bloom filter over the tokens of a segment: says no for certain, or maybe.
enum SegmentFilter {
    /// Bits for each token, and how many of them a token sets: some three in a thousand answers are a false maybe.
    private static let bitsPerToken = 12
    private static let probes = 8

    static func make(_ tokens: Set<IndexToken>) -> [UInt8] {
        var filter = [UInt8](repeating: 0, count: max(8, (tokens.count * bitsPerToken + 7) / 8))
        for token in tokens {
            for bit in bits(of: token, in: filter.count * 8) { filter[bit / 8] |= 1 << UInt8(bit % 8) }
        }
        return filter
    }

    static func mayContain(_ token: IndexToken, _ filter: UnsafeRawBufferPointer) -> Bool {
        guard !filter.isEmpty else { return true }
        return bits(of: token, in: filter.count * 8).allSatisfy { filter[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
    }

    /// The halves of the token stand for as many hash functions as are needed (Kirsch and Mitzenmacher).
    private static func bits(of token: IndexToken, in count: Int) -> some Sequence<Int> {
        let (first, second) = (token.bits >> 32, token.bits & 0xFFFF_FFFF | 1)
        return (0..<UInt64(probes)).lazy.map { Int((first &+ $0 &* second) % UInt64(count)) }
    }
}
