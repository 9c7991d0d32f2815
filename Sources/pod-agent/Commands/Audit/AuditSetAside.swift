import AgentDaemon
import ArgumentParser

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
