// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Configurations of the kind that people write, with the exit code, the words and the line that `config check` must have.
@Suite struct ConfigurationCaseTests {
    private struct Case: Decodable {
        struct Expected: Decodable {
            let rc: Codes
            let says: [String]?
            let line: Int?
        }

        /// One code, or several of which each is right.
        struct Codes: Decodable {
            let all: [Int32]

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                all = try (try? [container.decode(Int32.self)]) ?? container.decode([Int32].self)
            }
        }

        let name: String
        let env: [String: String]
        let command: [String]
        let expected: Expected
    }

    private static let fixtures = Bundle.module.bundleURL.appending(path: "Fixtures")

    @Test(.timeLimit(.minutes(2))) func eachIsAnsweredAsItShould() async throws {
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: Self.fixtures.appending(path: "config.json")))
        let directory = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in [("id", "i:i"), ("key", "k:k"), ("x.csv", "a\n1\n")] {
            let isMade = FileManager.default.createFile(
                atPath: directory.appending(path: name).path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
            try #require(isMade)
        }
        #expect(cases.count == 61)
        for one in cases {
            let file = directory.appending(path: "\(one.name).yaml")
            try Data(contentsOf: Self.fixtures.appending(path: "config/\(one.name).yaml")).write(to: file)
            let answer = try await CommandRun(
                arguments: one.command + ["--config", "\(one.name).yaml"],
                directory: directory,
                environment: one.env
            ).finished()
            let said = answer.standardOutput + answer.standardError
            #expect(one.expected.rc.all.contains(answer.exitCode), "\(one.name): \(answer.exitCode) \(said)")
            for words in one.expected.says ?? [] { #expect(said.contains(words), "\(one.name): \(words): \(said)") }
            if let line = one.expected.line { #expect(said.contains(".yaml:\(line):"), "\(one.name): \(line): \(said)") }
        }
    }
}
