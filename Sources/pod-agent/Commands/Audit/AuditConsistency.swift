import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit consistency`
struct AuditConsistency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Prove that the log has only grown between two checkpoints.",
        discussion: """
            Prints the old size, the hashes that lead from the old root to the new one, and the new checkpoint. Whoever has the \
            old checkpoint can check it with Tools/verify-audit.
            """
    )

    @OptionGroup var source: AuditSource

    @Argument(help: "The size of the old checkpoint.")
    var old: Int64

    @Argument(help: "The size of the new checkpoint; the newest if it isn't given.")
    var new: Int64?

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let proof = try await reader.proveGrowth(from: old, to: new)
            FileHandle.standardOutput.write(Data(proof.bytes))
            try reader.close()
        }
    }
}
