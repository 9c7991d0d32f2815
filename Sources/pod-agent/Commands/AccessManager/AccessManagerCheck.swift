import ArgumentParser

/// `pod-agent am check`
struct AccessManagerCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Ask whether a modeller may run a task on one of your datasets.",
        discussion: "Exits with 0 only if the Access Manager said ACCEPT, with 77 if it said anything else.",
        subcommands: [CheckSignature.self, CheckOIDC.self, CheckSAML.self]
    )
}
