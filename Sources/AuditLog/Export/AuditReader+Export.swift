// SPDX-License-Identifier: Apache-2.0

public import Foundation
import StateStore

extension AuditReader {
    /// Writes the entries that match to `write`, in pieces of some hundred lines: memory stays bounded however many
    /// there are. Record an `audit.exported` entry about it.
    ///
    /// - Parameters:
    ///   - query: Which entries.
    ///   - format: In which form.
    ///   - source: Who exports.
    ///   - progress: Told how many entries were written.
    ///   - write: Takes the pieces; lines end in a newline.
    /// - Returns: How many entries were written.
    /// - Throws: ``StoreError`` or what `write` throws.
    @discardableResult
    public func export(
        _ query: AuditQuery,
        as format: AuditExportFormat,
        source: AuditExportSource,
        progress: (@Sendable (Int64) -> Void)? = nil,
        to write: (Data) async throws -> Void
    ) async throws -> Int64 {
        var piece = Data()
        var count: Int64 = 0
        if format == .csv { piece += CSVView.header + [0x0A] }
        for try await recorded in entries(matching: query) {
            piece += Self.line(recorded, as: format, source) + [0x0A]
            count += 1
            guard piece.count >= 256 << 10 else { continue }
            try await write(piece)
            piece.removeAll(keepingCapacity: true)
            progress?(count)
        }
        if !piece.isEmpty { try await write(piece) }
        progress?(count)
        return count
    }

    private static func line(
        _ recorded: RecordedEntry,
        as format: AuditExportFormat,
        _ source: AuditExportSource
    ) -> [UInt8] {
        if format == .jsonl { return recorded.body }
        var hasher = TreeHasher()
        let exported = ExportedEntry(recorded: recorded, leaf: hasher.leaf(recorded.body), source: source)
        return switch format {
        case .jsonl: recorded.body
        case .ocsf: OCSFView.line(exported)
        case .ecs: ECSView.line(exported)
        case .cef: CEFView.line(exported)
        case .csv: CSVView.line(exported)
        }
    }
}

/// Who exports, as the views name it.
public struct AuditExportSource: Sendable {
    /// The machine's name.
    public var host: String
    /// The agent's version.
    public var version: String

    /// Creates a source.
    public init(host: String, version: String) {
        self.host = host
        self.version = version
    }
}

/// The forms in which entries can be handed to other systems, one line for each entry.
///
/// `jsonl` is the entries themselves, byte for byte. The others are views that leave things out; each line of them
/// carries the entry's sequence number and leaf hash, so that it can be traced to a proof.
public enum AuditExportFormat: String, Sendable, CaseIterable {
    /// The stored lines.
    case jsonl
    /// Open Cybersecurity Schema Framework, version 1.3.0, JSON.
    case ocsf
    /// Elastic Common Schema, version 8.11, JSON.
    case ecs
    /// Common Event Format, version 0, inside RFC 5424 syslog lines.
    case cef
    /// Comma-separated values (RFC 4180) under a line of column names.
    case csv
}
