import AgentDaemon
import ArgumentParser

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
