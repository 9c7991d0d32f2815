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
