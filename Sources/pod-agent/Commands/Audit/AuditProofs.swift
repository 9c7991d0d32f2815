// SPDX-License-Identifier: Apache-2.0

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
                for (_, key) in try await reader.keys() { StandardOutput.write(key.description) }
            } else if let signed = try await reader.checkpoint(size: size) {
                try StandardOutput.write(stored: Data(signed.bytes))
            } else {
                throw AgentFailure(.input, "the log has no such checkpoint", hint: "the agent signs one when it starts")
            }
            try reader.close()
        }
    }
}

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
            try StandardOutput.write(stored: Data(proof.bytes))
            try reader.close()
        }
    }
}

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
            try StandardOutput.write(stored: Data(proof.bytes))
            try reader.close()
        }
    }
}
