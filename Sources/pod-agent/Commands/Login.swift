// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation
import PrintableText

/// `pod-agent login`
struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log in by device code.",
        discussion: """
            Prints an address and a code, waits until you have confirmed it in a browser on any machine, and keeps the token \
            in credentials.token_file. The Python package reads the same file.
            """
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await common.perform {
            let configuration = try common.load()
            let (username, before) = try await Agent.login(configuration) { prompt in
                StandardOutput.write("Open \(prompt.url)")
                StandardOutput.write("and confirm the code \(prompt.userCode)")
                // Into a pipe nothing would come before the end.
                fflush(nil)
            }
            StandardOutput.write("logged in as \(username)")
            if let before {
                StandardError.write(
                    "warning: the login before was \(before)'s. An agent that runs goes on as \(before) only; restart it"
                )
            }
        }
    }
}
