// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import StateStore

/// Compares the checkpoints with the tree, and follows the keys from one to the next.
struct CheckpointVerifier {
    private let db: Database
    private let size: Int64
    private let origin: String?
    private let key: NoteVerifierKey?
    /// Checkpoints from elsewhere, by their size.
    private var known: [SignedCheckpoint]
    private var stored: ArraySlice<(size: Int64, note: String)> = []
    private var lastRead: Int64 = .min
    /// The keys, each with the entry that names it.
    private var keys: [(sequence: Int64, key: NoteVerifierKey)] = []
    /// The key that was in force until the last entry, if that was the one that names the next key.
    private var outgoing: NoteVerifierKey?
    private var signed: Int64 = 0
    private var valid = 0
    private var validKnown = 0

    init(_ request: VerificationRequest, size: Int64, in db: Database) throws {
        self.db = db
        self.size = size
        key = request.key
        known = request.checkpoints.sorted { $0.checkpoint.size > $1.checkpoint.size }
        origin = try String.fetchOne(db, sql: "SELECT origin FROM log WHERE id = 1")
        try readAhead()
    }

    mutating func verifyBeginning(_ findings: inout FindingList) throws {
        while let first = stored.first, first.size < 1 {
            findings.add(.checkpoint, first.size, "A checkpoint can't have this size.")
            try passStored()
        }
        while let checkpoint = known.last?.checkpoint, checkpoint.size < 1 {
            if checkpoint.size == 0, checkpoint.root == .emptyTree {
                validKnown += 1
            } else {
                findings.add(
                    .checkpoint,
                    checkpoint.size,
                    "A checkpoint from elsewhere has an impossible size or root."
                )
            }
            known.removeLast()
        }
    }

    /// Follows the entries that name keys.
    mutating func noteEntry(
        _ sequence: Int64,
        _ body: UnsafeRawBufferPointer,
        _ fields: LineFields,
        _ findings: inout FindingList
    ) throws {
        outgoing = nil
        guard let type = fields[.type], type.starts(with: "key.".utf8) else { return }
        let recorded = try? RecordedEntry(sequence: sequence, body: Array(body))
        // Other keys, such as the pod's own, are told of without a key id.
        if let recorded, recorded.entry.keyID == nil { return }
        guard let recorded, let text = recorded.entry.reference, let key = try? NoteVerifierKey(text),
            recorded.entry.keyID == key.id.description
        else {
            findings.add(.key, sequence, "The entry is about a key, but doesn't name one.")
            return
        }
        let isFirst = keys.isEmpty
        guard (recorded.entry.type == .keyCreated) == isFirst else {
            findings.add(
                .key,
                sequence,
                isFirst ? "The log begins without a first key." : "A key is named without the one before."
            )
            return
        }
        if let origin, key.name != origin { findings.add(.key, sequence, "The key is of another log.") }
        outgoing = keys.last?.key
        keys.append((sequence, key))
    }

    /// Goes past an entry whose line is not at hand.
    mutating func skipEntry() {
        outgoing = nil
    }

    /// Whether something has to be compared with the root that the tree has at this size.
    func isDue(size: Int64) -> Bool {
        stored.first?.size == size || known.last?.checkpoint.size == size || outgoing != nil
    }

    mutating func verify(size: Int64, root: TreeHash, _ findings: inout FindingList) throws {
        if let first = stored.first, first.size == size {
            if verifyStored(first.note, size: size, root: root, &findings) {
                valid += 1
                signed = size
            }
            try passStored()
        } else if outgoing != nil {
            findings.add(.checkpoint, size, "The old key has not signed the entry that names the new one.")
        }
        while let checkpoint = known.last, checkpoint.checkpoint.size == size {
            verifyKnown(checkpoint, root: root, &findings)
            known.removeLast()
        }
    }

    mutating func verifyEnd(_ findings: inout FindingList) throws {
        let now = try Int64.fetchOne(db, sql: "SELECT ifnull(max(seq), -1) + 1 FROM entry") ?? 0
        let extra = try Int64.fetchAll(db, sql: "SELECT size FROM checkpoint WHERE size > ?", arguments: [now])
        for size in extra {
            findings.add(.checkpoint, size, "It covers more entries than the log has: entries were removed at the end.")
        }
        for checkpoint in known.reversed() {
            findings.add(
                .checkpoint,
                checkpoint.checkpoint.size,
                "A checkpoint from elsewhere covers more entries than the log has: it was rolled back or cut off."
            )
        }
        if let key, !keys.contains(where: { $0.key == key }) {
            findings.add(.key, nil, "The log was never signed with the given key \(key.id).")
        }
        try verifySigners(&findings)
        try verifyLog(&findings)
    }

    func fill(_ report: inout VerificationReport) {
        report.origin = origin
        report.checkpoints = valid
        report.signedEntries = signed
        report.keys = keys.map(\.key)
        report.isSignerKnown = key.map(report.keys.contains) ?? false
        report.knownCheckpoints = validKnown
    }

    private func verifyStored(_ note: String, size: Int64, root: TreeHash, _ findings: inout FindingList) -> Bool {
        guard let signed = try? SignedCheckpoint(note.utf8), signed.note.signatures.count == 1 else {
            findings.add(.checkpoint, size, "It is not a checkpoint with one signature.")
            return false
        }
        guard signed.checkpoint.size == size, signed.checkpoint.origin == origin else {
            findings.add(.checkpoint, size, "It is one of another size or another log.")
            return false
        }
        guard let key = outgoing ?? keys.last?.key, (try? signed.verify(key)) == true else {
            findings.add(.checkpoint, size, "It is not signed with the key that was in force.")
            return false
        }
        guard signed.checkpoint.root == root else {
            findings.add(.checkpoint, size, "The entries up to it are not those that were signed.")
            return false
        }
        return true
    }

    private mutating func verifyKnown(_ signed: SignedCheckpoint, root: TreeHash, _ findings: inout FindingList) {
        let size = signed.checkpoint.size
        guard signed.checkpoint.origin == origin else {
            findings.add(.checkpoint, size, "A checkpoint from elsewhere is of another log.")
            return
        }
        guard let key = outgoing ?? keys.last?.key, (try? signed.verify(key)) == true else {
            findings.add(.checkpoint, size, "A checkpoint from elsewhere is not signed with the key that was in force.")
            return
        }
        guard signed.checkpoint.root == root else {
            findings.add(.checkpoint, size, "The log is not the one that a checkpoint from elsewhere was signed for.")
            return
        }
        validKnown += 1
    }

    /// The table of keys is a view of the entries that name them.
    private func verifySigners(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT seq, vkey FROM signer WHERE seq < ? ORDER BY seq",
            arguments: [size]
        )
        var expected = keys[...]
        while let row = try rows.next() {
            let (sequence, text): (Int64, String) = (row[0], row[1])
            while let next = expected.first, next.sequence < sequence {
                findings.add(.key, next.sequence, "It is missing from the table of keys.")
                expected.removeFirst()
            }
            guard let next = expected.first, next.sequence == sequence else {
                findings.add(.key, sequence, "The table of keys has one that no entry names.")
                continue
            }
            if next.key.description != text { findings.add(.key, sequence, "It was changed in the table of keys.") }
            expected.removeFirst()
        }
        for next in expected { findings.add(.key, next.sequence, "It is missing from the table of keys.") }
    }

    private func verifyLog(_ findings: inout FindingList) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT instance, origin, previous FROM log")
        guard rows.count == 1, let row = rows.first else {
            findings.add(.log, nil, "The log has not exactly one name.")
            return
        }
        let instance: String = row["instance"]
        guard UUID(uuidString: instance)?.uuidString.lowercased() == instance else {
            findings.add(.log, nil, "The log's instance is no UUID.")
            return
        }
        try verifyPrevious(row["previous"], &findings)
        if let origin {
            if !origin.hasSuffix("/\(instance)/audit") {
                findings.add(.log, nil, "The log's name and instance don't belong together.")
            }
        } else if !keys.isEmpty {
            findings.add(.log, nil, "The log has keys, but has lost its name.")
        }
    }

    /// A log that was begun in place of another names that one's last checkpoint, and so does its first entry.
    private func verifyPrevious(_ note: String?, _ findings: inout FindingList) throws {
        let row = try Row.fetchOne(db, sql: "SELECT body FROM entry WHERE seq = 0")
        let reference = try row?.withUnsafeData(atIndex: 0) { body in
            (body ?? Data()).withUnsafeBytes { line in
                LineCursor.string(named: "ref", in: line).map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
        }
        let previous = note.map { try? SignedCheckpoint($0.utf8) }
        if case .some(.none) = previous {
            findings.add(.log, nil, "What is named as the log before is not a checkpoint.")
        } else if let reference, reference.hasPrefix(SetAsideLog.referencePrefix) || note != nil,
            reference != SetAsideLog.reference(to: previous ?? nil)
        {
            findings.add(.log, nil, "The log before is not the one that the first entry names.")
        }
    }

    private mutating func passStored() throws {
        stored = stored.dropFirst()
        if stored.isEmpty { try readAhead() }
    }

    private mutating func readAhead() throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT size, note FROM checkpoint WHERE size > ? AND size <= ? ORDER BY size LIMIT 1024",
            arguments: [lastRead, size]
        )
        var read: [(size: Int64, note: String)] = []
        while let row = try rows.next() { read.append((row[0], row[1])) }
        stored = read[...]
        lastRead = stored.last?.size ?? lastRead
    }
}
