// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Every command of the services' clients is shown by a golden transcript, where it succeeds and where it fails.
@Suite struct GoldenCoverageTests {
    /// A command of a transcript and how it ended.
    private struct Shown: Hashable {
        let command: String
        let hasSucceeded: Bool
    }

    /// Groups that are complete.
    private static let groups: Set<String> = ["hub", "am", "audit"]

    @Test func everyCommandIsShownInSuccessAndInFailure() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let leaves = try await CommandTree.load(in: directory).leaves.filter { leaf in
            Self.groups.contains(String(leaf.prefix { $0 != " " }))
        }
        try #require(leaves.count > 25)
        let owed = Set(
            leaves.flatMap { [Shown(command: $0, hasSucceeded: true), Shown(command: $0, hasSucceeded: false)] }
        )
        let missing = try owed.subtracting(shown(of: leaves))
        #expect(
            missing.isEmpty,
            "\(missing.map { "\($0.command): no \($0.hasSucceeded ? "success" : "failure")" }.sorted())"
        )
    }

    private func shown(of leaves: Set<String>) throws -> Set<Shown> {
        let files = try FileManager.default.contentsOfDirectory(
            at: Bundle.module.bundleURL.appending(path: "Golden"),
            includingPropertiesForKeys: nil
        )
        var shown: Set<Shown> = []
        for file in files {
            let transcript = try String(contentsOf: file, encoding: .utf8)
            for match in transcript.matches(of: /(?m)^\$ .*?pod-agent (.*)$(?:\n(?!\$ ).*)*?\nexit ([0-9]+)$/) {
                let command = leaves.first { "\(match.1) ".hasPrefix("\($0) ") }
                if let command { shown.insert(Shown(command: command, hasSucceeded: match.2 == "0")) }
            }
        }
        return shown
    }
}
