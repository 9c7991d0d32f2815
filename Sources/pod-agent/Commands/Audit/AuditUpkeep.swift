// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
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

/// `pod-agent audit forget`
struct AuditForget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Make a modeller's entries untraceable. This can't be undone.",
        discussion: """
            Deletes the salts that lead from the hashes in entries to the modeller's name, and name and content of the modeller's \
            finished messages. All proofs hold as before. Entries that were recorded with audit.modeller_names: plain hold the name \
            itself and can't be changed; archives and backups are not touched.
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The modeller's exact username. Nobody is asked again.")
    var modeller: String

    func run() async throws {
        try await common.perform {
            print(try await Agent.perform(.forget(modeller: modeller), common.load()).message)
        }
    }
}

/// `pod-agent audit set-aside`
struct AuditSetAside: AsyncParsableCommand {
    /// Why a log is set aside.
    enum Reason: String, ExpressibleByArgument, CaseIterable {
        case damaged = "database-damaged"
        case rolledBack = "rolled-back"
        case keyLost = "key-lost"
    }

    static let configuration = CommandConfiguration(
        commandName: "set-aside",
        abstract: "Begin a new log in the place of one that can't be used any more.",
        discussion: """
            For when the agent refuses to start on its log, because an old copy was put back or the key is lost. A damaged log is \
            set aside by the agent itself. Nothing is deleted: the old files get other names. The new log's first entry names the \
            old one's last checkpoint, and tasks that the old one knew are still refused. Stop the agent first.
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "Why, as the new log will say: database-damaged, rolled-back or key-lost.")
    var reason: Reason

    func run() async throws {
        try await common.perform {
            let aside = try await Agent.setAuditLogAside(common.load(), reason: reason.rawValue)
            for file in aside.files { print("set aside: \(file)") }
            print("last known checkpoint: \(aside.lastCheckpoint.map { "\($0.checkpoint.size) entries" } ?? "none")")
            print("tasks taken over: \(aside.claims)")
        }
    }
}
