import ArgumentParser
import Bitfount

/// `pod-agent am check oidc`
struct CheckOIDC: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc",
        abstract: "Ask about a task whose sender proved an identity with OIDC."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "The modeller's access token: a file of mode 0600.", completion: .file())
    var token: String

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkOIDC(access, modellerToken: try InputFile.secret(token))
        }
    }
}
