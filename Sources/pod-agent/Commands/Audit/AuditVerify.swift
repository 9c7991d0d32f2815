// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Bitfount
import Foundation
import StateStore

/// `pod-agent audit verify`
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no entry was changed, removed or reordered.",
        discussion: """
            Recomputes the tree from the entries' bytes, and compares it with every checkpoint, key and index of the log. What \
            happened before a checkpoint that was kept elsewhere can't be altered without being found: give it with \
            --checkpoint. Without --key nothing shows who signed the log, and the first line says so. Exits with 0 if the log is sound, 1 if not, 65 if it is damaged so much that it can't be read. The log itself tells of the \
            verification, unless it is a copy or can only be read.
            """
    )

    @OptionGroup var source: AuditSource
    @OptionGroup var result: ResultOptions

    @Option(
        help: "A checkpoint from elsewhere: a saved one, or a file anchor; may be repeated.",
        completion: .file()
    )
    var checkpoint: [String] = []

    @Option(help: "A verifier key that the log must have been signed with, or a file with it.", completion: .file())
    var key: String?

    @Option(help: "The directory of the archives, to verify their entries too.", completion: .directory)
    var archives: String?

    private static let fields: [Field<VerificationReport>] = [
        Field("is_sound") { $0.isSound },
        Field("is_signer_known") { $0.isSignerKnown },
        Field("origin") { $0.origin },
        Field("entries") { $0.entries },
        Field("archived_entries") { $0.archivedEntries },
        Field("signed_entries") { $0.signedEntries },
        Field("root") { $0.root.base64 },
        Field("checkpoints") { $0.checkpoints },
        Field("known_checkpoints") { $0.knownCheckpoints },
        Field("keys") { $0.keys.map(\.description) },
        Field("first_bad_entry") { $0.firstBadEntry?.position },
        Field("finding_count") { $0.findingCount },
        Field("findings") { $0.findings.map { JSONValue($0, finding) } },
    ]

    private static let finding: [Field<VerificationFinding>] = [
        Field("part") { $0.part.rawValue },
        Field("position") { $0.position },
        Field("message") { $0.message },
    ]

    func run() async throws {
        try await source.common.perform {
            let bar = ProgressBar("verifying") { "\($0) entries" }
            defer { bar.finish() }
            let request = VerificationRequest(
                checkpoints: try checkpoint.map(AuditFiles.checkpoint),
                key: try key.map(AuditFiles.key),
                archiveDirectory: archives.map { URL(filePath: $0) },
                progress: { bar.update(completed: $0, total: $1) }
            )
            let reader = try source.reader()
            let report = try await reader.verify(request)
            bar.finish()
            try result.show(report, Self.fields) { show(report) }
            try reader.close()
            await source.record(.verified(AuditVerificationNote(report)))
            guard report.isSound else { throw ExitCode(1) }
        }
    }

    private static func unknownSigner(_ report: VerificationReport) -> String {
        let vouching = report.knownCheckpoints > 0 ? "nothing but the checkpoints from elsewhere" : "nobody"
        return "SIGNER UNKNOWN: without --key \(vouching) vouches for whoever signed this log"
    }

    private func show(_ report: VerificationReport) {
        // Whoever can write the database can sign another one with a key of their own.
        if key == nil { StandardOutput.write(Self.unknownSigner(report)) }
        for finding in report.findings { StandardOutput.write(finding.description) }
        let more = report.findingCount - report.findings.count
        if more > 0 { StandardOutput.write("and \(more) more") }
        StandardOutput.write(
            """
            \(report.isSound ? "sound" : "NOT SOUND"): \(report.entries) entries of \
            \(report.origin ?? "a log without a name"), \(report.signedEntries) of them signed, \
            \(report.checkpoints) checkpoints, \(report.keys.count) keys
            """
        )
        StandardOutput.write("root \(report.root.base64)")
        if report.archivedEntries > 0 { StandardOutput.write("\(report.archivedEntries) of the entries are archived") }
        if report.knownCheckpoints > 0 {
            StandardOutput.write("\(report.knownCheckpoints) checkpoints from elsewhere hold")
        }
    }
}
