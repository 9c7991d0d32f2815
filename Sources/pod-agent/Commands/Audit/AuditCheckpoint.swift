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

    func run() async throws {
        try await source.common.perform {
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
