import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent audit archive`
struct AuditArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Move old entries to the archive directory.",
        discussion: """
            Writes them as an evidence bundle into audit.archive_directory and removes them from the database; hashes, tree and \
            checkpoints stay, so that everything can still be proved. Whole segments of 256 entries are moved, as far as they are \
            signed. With audit.retention set the agent does this by itself.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(
        help: "Entries from before this time, such as 2026-03-01 or 2026-03-01T12:00:00Z.",
        transform: AuditFilter.time
    )
    var before: Date

    func run() async throws {
        try await common.perform {
            print(try await Agent.perform(.archive(before: before), common.load()).message)
        }
    }
}
