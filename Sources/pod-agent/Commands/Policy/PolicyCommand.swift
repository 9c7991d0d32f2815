// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Foundation
import OwnerPolicy

/// `pod-agent policy`
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Look at the owner's rules about tasks, and at what they do.",
        discussion: "docs/policy.md has the language, with examples.",
        subcommands: [PolicyCheck.self, PolicyTest.self, PolicyExplain.self, PolicyReplayCommand.self]
    )
}

/// Which policy a command is about.
struct PolicySource: ParsableArguments {
    @Option(
        help: "The policy file; the configured one unless given.",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var policy: String?

    /// The path of the file.
    func path(_ common: CommonOptions) throws -> URL {
        if let policy { return URL(filePath: policy) }
        guard let file = try common.load().policy.file else {
            throw AgentFailure(.input, "no policy file is configured", hint: "set policy.file, or give --policy FILE")
        }
        return file
    }

    /// The policy.
    func load(_ common: CommonOptions) throws -> Policy {
        try Policy(contentsOf: path(common))
    }
}

/// `pod-agent policy check`
struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a policy file.",
        discussion: """
            Prints each fault as file, line, key and what was expected, and exits with 78. Rules that can never count are \
            faults. Hours that don't exist or come twice when the clocks are changed are told as notes.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var source: PolicySource

    func run() async throws {
        try await common.perform {
            let file = try source.path(common)
            do throws(PolicyFileError) {
                let policy = try Policy(contentsOf: file)
                for notice in policy.notices(from: .now) { StandardError.write("note: \(file.path):\(notice)") }
                print("\(file.path): ok, \(policy.rules.count) rule(s), \(policy.sha256)")
            } catch {
                error.faults.forEach { StandardError.write("error: \($0)") }
                throw ExitCode(AgentFailure.ExitCode.configuration.rawValue)
            }
        }
    }
}
