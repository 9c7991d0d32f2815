import AgentDaemon
import ArgumentParser
import AuditLog

/// Which log a command reads.
struct AuditSource: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(
        help: "Read this database instead of the configured agent's; no configuration is needed then.",
        completion: .file(extensions: ["sqlite"])
    )
    var database: String?

    /// Opens the log for reading, beside a running daemon or without one.
    func reader() throws -> AuditReader {
        guard let database else { return try Agent.auditReader(common.load()) }
        return try AuditReader(path: database)
    }

    /// Has the log tell of what is done with it. Whoever may only read it, or reads a copy, goes on all the same.
    func record(_ action: AuditAction) async {
        do {
            guard database == nil else { throw AgentFailure(.input, "--database may name a copy") }
            _ = try await Agent.perform(action, common.load())
        } catch {
            StandardError.write("note: not recorded in the log: \(AgentFailure(describing: error).message)")
        }
    }
}
