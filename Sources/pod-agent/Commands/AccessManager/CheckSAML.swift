import AgentDaemon
import ArgumentParser
import Bitfount
import StrictJSON

/// `pod-agent am check saml`
struct CheckSAML: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml",
        abstract: "Ask about a task whose sender proved an identity with SAML."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "What the modeller's browser posted back: a file with a JSON object.", completion: .file())
    var response: String

    @Option(help: "What `am challenge` wrote for this very exchange: a file of mode 0600.", completion: .file())
    var challenge: String

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkSAML(
                access,
                response: try InputFile.object(response),
                challenge: try Self.challenge(try InputFile.secret(challenge), challenge)
            )
        }
    }

    private static func challenge(_ text: Secret, _ path: String) throws -> SAMLChallenge {
        do {
            return try SAMLChallenge(strictJSON: text.reveal().utf8)
        } catch {
            throw AgentFailure(.input, "\(path) does not hold a challenge of `am challenge`")
        }
    }
}
