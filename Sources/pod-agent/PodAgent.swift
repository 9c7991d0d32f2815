// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser

/// The command line: one file for each noun, no logic of its own.
@main
struct PodAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod-agent",
        abstract: "Lets others compute on your data without ever getting it.",
        discussion: """
            The agent registers a pod with the Bitfount Hub, keeps it alive, decides every task that modellers send, and \
            keeps a record of each decision.

            Exit codes: 64 wrong usage, 65 refused, damaged or changed data, 66 not there or unreadable, 69 a service is \
            unavailable or busy, 74 disk or database failure, 75 interrupted or incomplete, 77 credentials missing or refused, \
            78 wrong configuration. A signal ends a command with 128 and the signal's number.
            """,
        version: AgentVersion.current,
        subcommands: [
            Run.self, Register.self, Login.self, Status.self, Reload.self, Keys.self, Config.self, PolicyCommand.self,
            Audit.self, Hub.self, AccessManager.self, Flame.self,
        ]
    )
}
