import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit verify`
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no entry was changed, removed or reordered.",
        discussion: """
            Recomputes the tree from the entries' bytes, and compares it with every checkpoint, key and index of the log. What \
            happened before a checkpoint that was kept elsewhere can't be altered without being found: give it with \
            --checkpoint. Exits with 0 if the log is sound, 1 if not, 74 if it can't be read. The log itself tells of the \
            verification, unless it is a copy or can only be read.
            """
    )

    @OptionGroup var source: AuditSource

    @Option(
        help: "A checkpoint from elsewhere: a saved one, or a file anchor; may be repeated.",
        completion: .file()
    )
    var checkpoint: [String] = []

    @Option(help: "A verifier key that the log must have been signed with, or a file with it.", completion: .file())
    var key: String?

    @Option(help: "The directory of the archives, to verify their entries too.", completion: .directory)
    var archives: String?

    @Option(name: .long, help: "How to print the result.")
    var output = OutputFormat.table

    func run() async throws {
        try await source.common.perform {
            let bar = ProgressBar("verifying") { "\($0) entries" }
            let request = VerificationRequest(
                checkpoints: try checkpoint.map(AuditFiles.checkpoint),
                key: try key.map(AuditFiles.key),
                archiveDirectory: archives.map { URL(filePath: $0) },
                progress: { bar.update(completed: $0, total: $1) }
            )
            let reader = try source.reader()
            let report = try await reader.verify(request)
            bar.finish()
            switch output {
            case .json: print(try JSON.text(VerificationSummary(report)))
            case .table: show(report)
            }
            try reader.close()
            await source.record(.verified(AuditVerificationNote(report)))
            guard report.isSound else { throw ExitCode(1) }
        }
    }

    private func show(_ report: VerificationReport) {
        for finding in report.findings { print(finding) }
        let more = report.findingCount - report.findings.count
        if more > 0 { print("and \(more) more") }
        print(
            """
            \(report.isSound ? "sound" : "NOT SOUND"): \(report.entries) entries of \
            \(report.origin ?? "a log without a name"), \(report.signedEntries) of them signed, \
            \(report.checkpoints) checkpoints, \(report.keys.count) keys
            root \(report.root.base64)
            """
        )
        if report.archivedEntries > 0 { print("\(report.archivedEntries) of the entries are archived") }
        if report.knownCheckpoints > 0 { print("\(report.knownCheckpoints) checkpoints from elsewhere hold") }
    }
}

/// The result as JSON.
private struct VerificationSummary: Encodable {
    struct Finding: Encodable {
        let part: String
        let position: Int64?
        let message: String
    }

    let isSound: Bool
    let origin: String?
    let entries: Int64
    let archivedEntries: Int64
    let signedEntries: Int64
    let root: String
    let checkpoints: Int
    let knownCheckpoints: Int
    let keys: [String]
    let firstBadEntry: Int64?
    let findingCount: Int
    let findings: [Finding]

    init(_ report: VerificationReport) {
        isSound = report.isSound
        origin = report.origin
        entries = report.entries
        archivedEntries = report.archivedEntries
        signedEntries = report.signedEntries
        root = report.root.base64
        checkpoints = report.checkpoints
        knownCheckpoints = report.knownCheckpoints
        keys = report.keys.map(\.description)
        firstBadEntry = report.firstBadEntry?.position
        findingCount = report.findingCount
        findings = report.findings.map { Finding(part: $0.part.rawValue, position: $0.position, message: $0.message) }
    }
}
