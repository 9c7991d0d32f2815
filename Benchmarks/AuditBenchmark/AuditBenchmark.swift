// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Foundation
import StateStore

/// `audit-benchmark caller|single|group DATABASE COUNT` and `audit-benchmark read DATABASE`: what `Benchmarks/audit` runs.
@main
enum AuditBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first, arguments.dropFirst(2).first.flatMap { Int($0) }) {
        case ("caller", let path?, let count?): try await append(path, count, callers: 1)
        case ("single", let path?, let count?): try await append(path, count, callers: 8, entriesPerCommit: 1)
        case ("group", let path?, let count?): try await append(path, count, callers: 1_024, entriesPerCommit: 256)
        case ("read", let path?, nil): try await read(path)
        default:
            FileHandle.standardError.write(
                Data("usage: audit-benchmark caller|single|group|read DATABASE [COUNT]\n".utf8)
            )
            exit(64)
        }
    }

    /// Records so many entries of about 700 bytes, from so many callers of which each waits for its own.
    private static func append(_ path: String, _ count: Int, callers: Int, entriesPerCommit: Int = 1) async throws {
        let log = try AuditLog(path: path, limits: StoreLimits(writesPerCommit: entriesPerCommit))
        let keys = URL(filePath: path).deletingLastPathComponent().appending(path: "keys")
        try await log.startSigning(AuditSigning(logOwner: "owner", keyDirectory: keys))
        let entry = sample
        let bytes = try await log.append(entry).body.count
        let elapsed = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<callers {
                    group.addTask { for _ in 0..<count / callers { try await log.append(entry) } }
                }
                try await group.waitForAll()
            }
        }
        let done = count / callers * callers
        try await log.close()
        report("entries_per_second", Double(done) / elapsed.seconds)
        report("entry_bytes", Double(bytes))
    }

    private static func read(_ path: String) async throws {
        let clock = ContinuousClock()
        var log: AuditLog?
        let opening = try clock.measure { log = try AuditLog(path: path) }
        try await log?.close()
        let reader = try AuditReader(path: path, features: [])
        var verified: VerificationReport?
        let verifying = try await clock.measure { verified = try await reader.verify() }
        guard let verified, verified.isSound else { throw CocoaError(.fileReadCorruptFile) }
        _ = try await reader.prove(verified.entries / 3)
        var slowest: Duration = .zero
        for turn in 0..<100 {
            let sequence = verified.signedEntries * Int64(turn) / 100
            let duration = try await clock.measure { _ = try await reader.prove(sequence) }
            slowest = max(slowest, duration)
        }
        try reader.close()
        report("entries", Double(verified.entries))
        report("open_ms", opening.seconds * 1_000)
        report("verified_per_second", Double(verified.entries) / verifying.seconds)
        report("slowest_proof_ms", slowest.seconds * 1_000)
        report("anonymous_mib", Double(anonymousMemory()) / 1_024)
    }

    /// The anonymous memory of this process, in KiB.
    private static func anonymousMemory() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    private static var sample: AuditEntry {
        var entry = AuditEntry(.accessDecision)
        entry.pod = "owner/pod"
        entry.dataset = "owner/heart-data"
        entry.task = "0c6f7c1e-1f6a-4f9e-9d0e-7b8a3c2d1e0f"
        entry.requestSHA256 = String(repeating: "ab", count: 32)
        entry.modeller = "modeller"
        entry.method = .signature
        entry.protocolName = "bitfount.ResultsOnly"
        entry.algorithms = ["bitfount.ColumnAverage"]
        entry.protocolSHA256 = String(repeating: "cd", count: 32)
        entry.decision = .accept
        entry.by = .accessManager
        entry.reason = "accepted"
        entry.agent = "pod-agent/0.1.0"
        entry.reference = "reply sha256:" + String(repeating: "ef", count: 32)
        return entry
    }

    private static func report(_ name: String, _ value: Double) {
        print("\(name) \(String(format: "%.2f", value))")
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
