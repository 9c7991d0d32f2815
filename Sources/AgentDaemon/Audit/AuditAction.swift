// SPDX-License-Identifier: Apache-2.0

public import AuditLog
public import Foundation

/// Something that an operator or an auditor does with the audit log, and that the log itself has to tell of.
public enum AuditAction: Codable, Sendable, Equatable {
    /// Entries are about to be handed out. A checkpoint that covers everything up to then is signed.
    case export(AuditExportNote)
    /// The log was verified.
    case verified(AuditVerificationNote)
    /// A checkpoint is signed although none is due.
    case checkpoint
    /// Entries recorded before this moment are moved to the archive.
    case archive(before: Date)
    /// A modeller is forgotten.
    case forget(modeller: String)

    private enum CodingKeys: String, CodingKey {
        case export = "export"
        case verified = "verified"
        case checkpoint = "checkpoint"
        case archive = "archive"
        case forget = "forget"
    }

    private enum ExportCodingKeys: String, CodingKey { case _0 = "note" }
    private enum VerifiedCodingKeys: String, CodingKey { case _0 = "note" }
    private enum ArchiveCodingKeys: String, CodingKey { case before = "before" }
    private enum ForgetCodingKeys: String, CodingKey { case modeller = "modeller" }
}

/// What is handed out in an export.
public struct AuditExportNote: Codable, Sendable, Equatable {
    /// The form, such as `bundle` or `csv`.
    public var format: String
    /// Only entries about this modeller, if given.
    public var modeller: String?
    /// Only entries about this dataset, if given.
    public var dataset: String?
    /// Only entries about this task, if given.
    public var task: String?
    /// What else restricts it, such as times.
    public var restriction: String?

    private enum CodingKeys: String, CodingKey {
        case format = "format"
        case modeller = "modeller"
        case dataset = "dataset"
        case task = "task"
        case restriction = "restriction"
    }

    /// What a query hands out.
    public init(_ query: AuditQuery, format: String) {
        self.format = format
        modeller = query.modeller
        dataset = query.dataset
        task = query.task
        let restrictions = [
            query.from.map { "from \($0.formatted(.iso8601))" }, query.until.map { "to \($0.formatted(.iso8601))" },
            query.decision?.rawValue,
        ].compactMap { $0 }
        let all = restrictions + query.types.map(\.rawValue).sorted()
        restriction = all.isEmpty ? nil : all.joined(separator: " ")
    }
}

/// The result of a verification.
public struct AuditVerificationNote: Codable, Sendable, Equatable {
    /// Whether nothing was found wrong.
    public var isSound: Bool
    /// How many things were found wrong.
    public var findings: Int
    /// How many entries there were.
    public var entries: Int64
    /// The root over them.
    public var root: String

    private enum CodingKeys: String, CodingKey {
        case isSound = "is_sound"
        case findings = "findings"
        case entries = "entries"
        case root = "root"
    }

    /// The result in a report.
    public init(_ report: VerificationReport) {
        isSound = report.isSound
        findings = report.findingCount
        entries = report.entries
        root = report.root.base64
    }
}

/// What became of an ``AuditAction``.
public struct AuditOutcome: Codable, Sendable, Equatable {
    /// What happened, in a sentence.
    public var message: String
}
