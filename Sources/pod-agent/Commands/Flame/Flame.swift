// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameNode

/// `pod-agent flame`
struct Flame: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The FLAME node, and everything at its Hub.",
        discussion: """
            status, key, consent, approvals and analyses are about this node. The others are the Hub's resources, each with the \
            operations that the Hub has for it; they are called as the node, or as flame.owner with `--as owner`.
            """,
        subcommands: [FlameStatusCommand.self, FlameKey.self, FlameConsentCommand.self, FlameApprovals.self]
            + FlameCollections.commands
    )
}
