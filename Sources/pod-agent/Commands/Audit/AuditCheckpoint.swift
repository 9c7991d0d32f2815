import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit checkpoint`
struct AuditCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest checkpoint, to be kept elsewhere.",
        discussion: "A checkpoint commits to all entries before it. The agent signs one at least every minute."
    )

    @OptionGroup var source: AuditSource

    @Option(help: "The checkpoint of this many entries, instead of the newest.")
    var size: Int64?

    @Flag(help: "Print the log's verifier keys instead, oldest first.")
    var keys = false

    @Flag(help: "First have a checkpoint signed that covers everything up to now. The log tells of it.")
    var sign = false

    func validate() throws {
        if sign, source.database != nil { throw ValidationError("only the configured agent can sign, not --database") }
        if sign, size != nil || keys { throw ValidationError("--sign can't go with --size or --keys") }
    }

    func run() async throws {
        try await source.common.perform {
            if sign { _ = try await Agent.perform(.checkpoint, source.common.load()) }
            let reader = try source.reader()
            if keys {
                for (_, key) in try await reader.keys() { print(key) }
            } else if let signed = try await reader.checkpoint(size: size) {
                FileHandle.standardOutput.write(Data(signed.bytes))
            } else {
                throw AgentFailure(.input, "the log has no such checkpoint", hint: "the agent signs one when it starts")
            }
            try reader.close()
        }
    }
}
