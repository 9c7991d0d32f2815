// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation
import SystemFiles

/// `pod-agent audit export`
struct AuditExport: AsyncParsableCommand {
    /// What can be exported: evidence, or one of the forms for other systems.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case bundle
        case jsonl
        case ocsf
        case ecs
        case cef
        case csv
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Hand entries to an auditor or to another system.",
        discussion: """
            `bundle` writes a directory of evidence: the entries byte for byte, the checkpoint, the key, the proofs, and how to \
            check them. `jsonl` is the entries alone. The others are views for other systems, each line with the entry's \
            number and leaf hash: OCSF, ECS, CEF over RFC 5424, and CSV. Before anything is handed out the log itself tells of \
            it, and a checkpoint is signed, unless it is a copy or can only be read.
            """
    )

    @OptionGroup var source: AuditSource
    @OptionGroup var filter: AuditFilter

    @Option(help: "bundle, jsonl, ocsf, ecs, cef or csv.")
    var format = Format.bundle

    @Option(help: "The new directory of a bundle; for the other formats a new file instead of standard output.")
    var out: String?

    func validate() throws {
        if format == .bundle, out == nil { throw ValidationError("a bundle needs --out DIRECTORY") }
    }

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let view = AuditExportFormat(rawValue: format.rawValue)
            if view == nil, let out { try Self.requireEmpty(out) }
            let file = try view.flatMap { _ in try out.map(Self.create) }
            await source.record(.export(AuditExportNote(filter.query, format: format.rawValue)))
            let bar = ProgressBar("exporting") { "\($0) entries" }
            defer { bar.finish() }
            if let view {
                try await write(view, to: file, reader, bar)
            } else if let out {
                try await reader.writeEvidence(filter.query, to: URL(filePath: out)) {
                    bar.update(completed: $0, total: nil)
                }
            }
            bar.finish()
            try reader.close()
        }
    }

    private func write(
        _ view: AuditExportFormat,
        to file: FileHandle?,
        _ reader: AuditReader,
        _ bar: ProgressBar
    ) async throws {
        try await reader.export(
            filter.query,
            as: view,
            source: AuditExportSource(host: ProcessInfo.processInfo.hostName, version: AgentVersion.current),
            progress: { bar.update(completed: $0, total: nil) },
            to: { lines in
                guard let file else { return try StandardOutput.write(stored: lines) }
                try file.write(contentsOf: lines)
            }
        )
        try file?.synchronize()
        try file?.close()
    }

    /// - Throws: ``AgentFailure`` if a directory has something in it: better before the log tells of an export than after.
    private static func requireEmpty(_ directory: String) throws {
        let contents = try? FileManager.default.contentsOfDirectory(atPath: directory)
        guard contents?.isEmpty ?? true else {
            throw AgentFailure(.data, "the directory \(directory) isn't empty", hint: "choose a new one")
        }
    }

    private static func create(_ path: String) throws -> FileHandle {
        do {
            return try FileHandle(creating: URL(filePath: path))
        } catch {
            if error.code == .exists { throw AgentFailure(.data, "\(path) is there already and is not replaced") }
            let reason = error.reason.map { ": \($0)" } ?? ""
            throw AgentFailure(.inputOutput, "\(path) can't be made\(reason)", underlying: error)
        }
    }
}
