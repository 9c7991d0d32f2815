import StateStore
import Foundation

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
