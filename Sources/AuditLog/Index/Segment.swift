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
