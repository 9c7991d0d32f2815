import ArgumentParser
import AuditLog
import Foundation

/// `pod-agent audit prove`
struct AuditProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove one entry without showing the others.",
        discussion: """
            Prints a proof (C2SP tlog-proof) that the entry is in the log of the newest checkpoint. Whoever has the entry's line, \
            as `audit show --output json` prints it, and the log's key can check it with Tools/verify-audit.
            """
    )

    @OptionGroup var source: AuditSource

    @Argument(help: "The entry's number, as `audit list` shows it.")
    var sequence: Int64

    func run() async throws {
        try await source.common.perform {
            let reader = try source.reader()
            let (_, proof) = try await reader.prove(sequence)
            FileHandle.standardOutput.write(Data(proof.bytes))
            try reader.close()
        }
    }
}
