import ArgumentParser

/// Where a secret goes that must not be printed.
struct FlameSecretFile: ParsableArguments {
    @Option(
        help: "Write the secret to this new file of mode 0600; without it the secret is not shown.",
        completion: .file()
    )
    var secretTo: String?

    /// - Throws: ``AgentFailure`` if the file is there already; checked before a secret is asked for.
    func prepare() throws -> OutputFile? {
        try secretTo.map { try OutputFile(newSecret: $0) }
    }
}
