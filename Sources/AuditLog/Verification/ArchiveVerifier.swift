// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import GRDB
import StateStore

/// Compares the list of archives with what was removed from the database, and with the archives' files.
struct ArchiveVerifier {
    let db: Database
    let directory: URL?
    /// The first entry that isn't archived.
    let end: Int64

    /// The row of an entry that stayed in the database.
    struct KeptEntry {
        let line: [UInt8]
        let leaf: TreeHash?
    }

    /// The archives in their order.
    func segments(_ findings: inout FindingList) throws -> [ArchivedSegment] {
        let segments = try ArchiveTable.all(in: db)
        var next: Int64 = 0
        for segment in segments {
            if segment.range.lowerBound != next || !segment.range.upperBound.isMultiple(of: Segment.width) {
                findings.add(.archive, segment.range.lowerBound, "It doesn't follow the archive before it.")
            }
            if !segment.hasPlainName {
                findings.add(.archive, segment.range.lowerBound, "It has a name that no archive has.")
            }
            next = segment.range.upperBound
            try verifyEntry(of: segment, &findings)
        }
        let kept = "SELECT seq FROM signer"
        let row = try Row.fetchOne(
            db,
            sql: "SELECT count(*), ifnull(min(seq), ?1) FROM entry WHERE seq < ?1 AND seq NOT IN (\(kept))",
            arguments: [end]
        )
        // Removing them can have been interrupted; then the oldest are gone and the others have to be there.
        if let row, let left: Int64 = row[0], let first: Int64 = row[1], left > 0 {
            let keys = "SELECT count(*) FROM signer WHERE seq >= ? AND seq < ?"
            let others = try Int64.fetchOne(db, sql: keys, arguments: [first, end]) ?? 0
            if left + others != end - first {
                findings.add(.archive, first, "Entries are missing that were being removed after archiving.")
            }
        }
        return segments
    }

    /// The archived entries that stay in the database, since they name keys.
    func keptEntries() throws -> [Int64: KeptEntry] {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT seq, body, leaf FROM entry WHERE seq < ? AND seq IN (SELECT seq FROM signer)",
            arguments: [end]
        )
        var kept: [Int64: KeptEntry] = [:]
        while let row = try rows.next() {
            let line = try row.withUnsafeData(atIndex: 1) { Array($0 ?? Data()) }
            kept[row[0]] = KeptEntry(line: line, leaf: TreeHash(row[2] as Data))
        }
        return kept
    }

    /// An archive's lines, if its files are at hand.
    func lines(of segment: ArchivedSegment, _ findings: inout FindingList) throws -> LineReader? {
        // Whoever made the database chose the name, too: it must not lead out of the directory of the archives.
        guard let directory, segment.hasPlainName else { return nil }
        let file = directory.appending(path: segment.directory).appending(path: "entries.jsonl")
        guard let reader = LineReader(file) else {
            findings.add(.archive, segment.range.lowerBound, "The file \(file.path) is missing or can't be read.")
            return nil
        }
        return reader
    }

    /// The entry that tells of the archiving names the file and its hash; it can be archived itself by now.
    private func verifyEntry(of segment: ArchivedSegment, _ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT body FROM entry WHERE seq >= ? AND body LIKE '%"type":"audit.exported"%'
                AND instr(body, '"ref":"archive ' || ? || '-') > 0
                """,
            arguments: [segment.range.upperBound, segment.range.lowerBound]
        )
        var isNamed = false
        while let row = try rows.next() {
            isNamed = true
            let agrees = try row.withUnsafeData(atIndex: 0) { body in
                (body ?? Data()).withUnsafeBytes { line in
                    LineCursor.string(named: "ref", in: line)?.elementsEqual(JSONText.escaped(segment.entryReference))
                        ?? false
                }
            }
            if agrees { return }
        }
        if isNamed || segment.range.upperBound == end {
            findings.add(.archive, segment.range.lowerBound, "It isn't the archive that an entry tells of.")
        }
    }
}
