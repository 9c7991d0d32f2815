// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// Goes over the log once, from the first entry to the last, with everything that depends on the entries beside it.
struct LogVerifier: ~Copyable {
    /// How many entries are read by one statement: a longer one would keep the write-ahead log from starting anew.
    private static let entriesPerStatement: Int64 = 8_192

    private let db: Database
    private let state: StateVerifier
    private let request: VerificationRequest
    private let size: Int64
    /// The first entry that isn't archived.
    private let firstEntry: Int64
    private var report = VerificationReport()
    private var findings: FindingList
    private var hasher: TreeHasher
    private var tree = MerkleTree()
    private var tiles: TileVerifier
    private var index: IndexVerifier
    private var checkpoints: CheckpointVerifier

    static func verify(_ request: VerificationRequest, _ plan: SchemaPlan, in db: Database) throws -> VerificationReport
    {
        let size = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        let firstEntry = min(try ArchiveTable.end(in: db), size)
        let checkpoints = try CheckpointVerifier(request, size: size, in: db)
        let state = StateVerifier(plan, in: db)
        var verifier = LogVerifier(
            request,
            size: size,
            firstEntry: firstEntry,
            checkpoints: checkpoints,
            state: state,
            in: db
        )
        return try verifier.run()
    }

    private init(
        _ request: VerificationRequest,
        size: Int64,
        firstEntry: Int64,
        checkpoints: CheckpointVerifier,
        state: StateVerifier,
        in db: Database
    ) {
        self.state = state
        self.db = db
        self.request = request
        self.size = size
        self.firstEntry = firstEntry
        self.checkpoints = checkpoints
        findings = FindingList(limit: request.maximumFindings)
        tiles = TileVerifier(db: db, size: size)
        index = IndexVerifier(db: db, size: size)
        hasher = TreeHasher()
    }

    private mutating func run() throws -> VerificationReport {
        guard try state.verifySchema(&findings) else {
            report.findings = findings.findings
            report.findingCount = findings.count
            return report
        }
        try checkpoints.verifyBeginning(&findings)
        try verifyArchives()
        while tree.size < size {
            try verifyEntries()
            request.progress?(tree.size, size)
        }
        try tiles.verifyEnd(&findings)
        try index.verifyEnd(&findings)
        try checkpoints.verifyEnd(&findings)
        try state.verifyState(&findings)
        report.entries = size
        report.archivedEntries = firstEntry
        report.root = tree.root(hasher: &hasher)
        checkpoints.fill(&report)
        report.findings = findings.findings
        report.findingCount = findings.count
        return report
    }

    /// Goes over the archived entries, by their files if they are at hand, and else by their hashes alone.
    private mutating func verifyArchives() throws {
        let archives = ArchiveVerifier(db: db, directory: request.archiveDirectory, end: firstEntry)
        let kept = try archives.keptEntries()
        for segment in try archives.segments(&findings) {
            let lines = try archives.lines(of: segment, &findings)
            while tree.size < segment.range.upperBound, tree.size < size {
                let sequence = tree.size
                let archived = try lines?.next()
                if lines != nil, archived == nil {
                    findings.add(.archive, segment.range.lowerBound, "The archive lacks entry \(sequence).")
                }
                if let kept = kept[sequence] {
                    try kept.line.withUnsafeBytes { try verifyEntry(sequence, $0, stored: kept.leaf) }
                } else if let archived {
                    try archived.withUnsafeBytes { try verifyEntry(sequence, $0, stored: tiles.leaf(sequence)) }
                } else {
                    try index.skip(sequence, &findings)
                    try passArchived(sequence)
                }
            }
            request.progress?(tree.size, size)
        }
        while tree.size < firstEntry { try passArchived(tree.size) }
    }

    private mutating func passArchived(_ sequence: Int64) throws {
        checkpoints.skipEntry()
        guard let leaf = try tiles.leaf(sequence) else {
            findings.add(.entry, sequence, "It is archived, and its hash is missing from the tree.")
            return try append(.emptyTree)
        }
        try append(leaf)
    }

    private mutating func verifyEntries() throws {
        let rows = try HotStatement(
            "SELECT seq, body, leaf FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq",
            in: db
        )
        let end = min(tree.size + Self.entriesPerStatement, size)
        rows.bind(tree.size, at: 1)
        rows.bind(end, at: 2)
        while try rows.next() {
            let sequence = rows.integer(0)
            if sequence > tree.size { try passMissing(until: sequence) }
            try verifyEntry(sequence, rows.bytes(1), stored: TreeHash(rows.bytes(2)))
        }
        if tree.size < end { try passMissing(until: end) }
    }

    private mutating func verifyEntry(
        _ sequence: Int64,
        _ body: UnsafeRawBufferPointer,
        stored: TreeHash?
    ) throws {
        let computed = hasher.leaf(body)
        let inTile = try tiles.leaf(sequence)
        let leaf = judge(sequence, computed: computed, stored: stored, inTile: inTile)
        let fields = LineFields(body)
        if let fields, Self.numberIs(sequence, body) {
            // The index of archived entries is gone.
            if sequence < firstEntry {
                try index.skip(sequence, &findings)
            } else {
                try index.add(sequence, fields, &findings)
            }
            try checkpoints.noteEntry(sequence, body, fields, &findings)
        } else {
            findings.add(.entry, sequence, "It is not a line of the known format with its own number in it.")
            try index.skip(sequence, &findings)
            checkpoints.skipEntry()
        }
        try append(leaf)
    }

    /// Tells which of three hashes of an entry is the odd one out, and goes on with the other two.
    private mutating func judge(
        _ sequence: Int64,
        computed: TreeHash,
        stored: TreeHash?,
        inTile: TreeHash?
    ) -> TreeHash {
        guard computed != stored || inTile.map({ computed != $0 }) ?? false else { return computed }
        switch (computed == stored, computed == inTile, stored == inTile) {
        case (true, false, _):
            findings.add(.tile, sequence / MerkleTree.tileWidth, "The hash of entry \(sequence) in it was changed.")
            return computed
        case (false, true, _):
            findings.add(.entry, sequence, "The hash beside it was changed; the entry itself was not.")
            return computed
        case (false, false, true):
            findings.add(.entry, sequence, "It was changed: its bytes don't have the hash that was recorded.")
            return inTile ?? computed
        default:
            findings.add(
                .entry,
                sequence,
                "It was changed or replaced: its bytes don't have the hash that was recorded."
            )
            return inTile ?? stored ?? computed
        }
    }

    /// Goes on over entries that are not there, with their hashes if those are.
    private mutating func passMissing(until end: Int64) throws {
        let missing = tree.size..<end
        findings.add(
            .entry,
            missing.lowerBound,
            missing.count == 1 ? "It is missing." : "It and the entries up to \(end - 1) are missing."
        )
        for sequence in missing {
            try index.skip(sequence, &findings)
            checkpoints.skipEntry()
            try append(try tiles.leaf(sequence) ?? .emptyTree)
        }
    }

    private mutating func append(_ leaf: TreeHash) throws {
        var completed: [MerkleTree.Tile] = []
        tree.append(leaf, hasher: &hasher) { completed.append($0) }
        for tile in completed { try tiles.verify(tile, &findings) }
        if checkpoints.isDue(size: tree.size) {
            try checkpoints.verify(size: tree.size, root: tree.root(hasher: &hasher), &findings)
        }
    }

    /// Whether a line begins with the version and its own number.
    private static func numberIs(_ sequence: Int64, _ body: UnsafeRawBufferPointer) -> Bool {
        guard let beginning = beginnings.first(where: body.starts(with:)) else { return false }
        var digits = sequence
        var end = beginning.count + 1
        while digits >= 10 {
            digits /= 10
            end += 1
        }
        guard body.count > end, body[end] == UInt8(ascii: ",") else { return false }
        digits = sequence
        for position in (beginning.count..<end).reversed() {
            guard body[position] == UInt8(ascii: "0") + UInt8(digits % 10) else { return false }
            digits /= 10
        }
        return true
    }

    private static let beginnings = EntryRecorder.formatVersions.map { Array("{\"v\":\($0),\"seq\":".utf8) }
}
