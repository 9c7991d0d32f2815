// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation
import Timekeeping

/// Which log a command reads.
struct AuditSource: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(
        help: "Read this database instead of the configured agent's; no configuration is needed then.",
        completion: .file(extensions: ["sqlite"])
    )
    var database: String?

    /// Opens the log for reading, beside a running daemon or without one.
    func reader() throws -> AuditReader {
        guard let database else { return try Agent.auditReader(common.load()) }
        guard FileManager.default.fileExists(atPath: database) else {
            throw AgentFailure(.input, "there is no database at \(database)")
        }
        return try AuditReader(path: database, features: AgentState.features)
    }

    /// Has the log tell of what is done with it. Whoever may only read it, or reads a copy, goes on all the same.
    func record(_ action: AuditAction) async {
        do {
            guard database == nil else { throw AgentFailure(.input, "--database may name a copy") }
            _ = try await Agent.perform(action, common.load())
        } catch {
            StandardError.write("note: not recorded in the log: \(AgentFailure(describing: error).message)")
        }
    }
}

/// Which entries a command is about.
struct AuditFilter: ParsableArguments {
    @Option(name: [.long, .customLong("from")], help: "Only from this time on.", transform: AuditFilter.time)
    var since: Date?

    @Option(name: [.long, .customLong("to")], help: "Only before this time.", transform: AuditFilter.time)
    var until: Date?

    @Option(help: "Only of this modeller.")
    var modeller: String?

    @Option(help: "Only about this dataset, owner/name.")
    var dataset: String?

    @Option(help: "Only decisions of this kind: accept or reject.", transform: AuditFilter.decision)
    var decision: AuditEntry.Decision?

    @Option(help: "Only about this task.")
    var task: String?

    @Option(help: "Only entries of this type, such as access.decision; may be repeated.", transform: AuditFilter.type)
    var type: [AuditEntryType] = []

    /// The filter as the log understands it.
    var query: AuditQuery {
        AuditQuery(
            from: since,
            until: until,
            modeller: modeller,
            dataset: dataset,
            decision: decision,
            task: task,
            types: Set(type)
        )
    }

    @Sendable
    static func time(_ text: String) throws -> Date {
        guard let date = ISO8601.date(text) ?? ISO8601.date(text + "T00:00:00Z") else {
            throw ValidationError("'\(text)' is not a time such as 2026-03-01 or 2026-03-01T12:00:00Z")
        }
        return date
    }

    @Sendable
    private static func decision(_ text: String) throws -> AuditEntry.Decision {
        guard let decision = AuditEntry.Decision(rawValue: text) else {
            throw ValidationError("'\(text)' is neither accept nor reject")
        }
        return decision
    }

    @Sendable
    private static func type(_ text: String) throws -> AuditEntryType {
        guard let type = AuditEntryType(rawValue: text) else { throw ValidationError("'\(text)' is no type of entry") }
        return type
    }
}

/// What an auditor brings along as files.
enum AuditFiles {
    /// A checkpoint, as a note or as the last line of a file anchor.
    static func checkpoint(_ path: String) throws -> SignedCheckpoint {
        struct AnchorLine: Decodable { let note: String }
        let bytes = try InputFile.bytes(path)
        if bytes.first == UInt8(ascii: "{"), let last = bytes.split(separator: 0x0A).last,
            let line = try? JSONDecoder().decode(AnchorLine.self, from: Data(last))
        {
            return try SignedCheckpoint(line.note.utf8)
        }
        do {
            return try SignedCheckpoint(bytes)
        } catch {
            throw AgentFailure(.data, "\(path) is not a checkpoint", underlying: error)
        }
    }

    /// A verifier key, as itself or as a file with it.
    static func key(_ text: String) throws -> NoteVerifierKey {
        if let key = try? NoteVerifierKey(text) { return key }
        let content = String(decoding: try InputFile.bytes(text), as: UTF8.self)
        do {
            return try NoteVerifierKey(content.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw AgentFailure(.data, "\(text) is neither a verifier key nor a file with one", underlying: error)
        }
    }
}
