// SPDX-License-Identifier: Apache-2.0

import Foundation

/// All commands that the executable offers, as it says itself.
struct CommandTree: Decodable {
    struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
    }

    let command: Command

    /// Asks the executable.
    static func load(in directory: URL) async throws -> CommandTree {
        let run = CommandRun(arguments: ["--experimental-dump-help"], directory: directory)
        return try JSONDecoder().decode(Self.self, from: Data(try await run.finished().standardOutput.utf8))
    }

    /// Every command that has no subcommands, such as `hub pods list`.
    var leaves: Set<String> {
        Set((command.subcommands ?? []).flatMap { Self.leaves(of: $0, below: []) })
    }

    private static func leaves(of command: Command, below path: [String]) -> [String] {
        let path = path + [command.commandName]
        guard let subcommands = command.subcommands, !subcommands.isEmpty else { return [path.joined(separator: " ")] }
        return subcommands.flatMap { leaves(of: $0, below: path) }
    }
}
