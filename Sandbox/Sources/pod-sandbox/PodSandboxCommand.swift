// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `pod-sandbox`: the services that an agent talks to, on loopback.
@main
struct PodSandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod-sandbox",
        abstract:
            "Stand-ins of the Hub, the Access Manager, identity providers, storage, the message service and a FLAME Hub.",
        subcommands: [
            ServeCommand.self, FlameCommand.self, DemoCommand.self, LoadCommand.self, FloodCommand.self,
            HeartbeatsCommand.self, CrashTestCommand.self,
        ]
    )
}
