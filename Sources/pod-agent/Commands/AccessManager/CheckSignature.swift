import ArgumentParser
import Bitfount

/// `pod-agent am check signature`
struct CheckSignature: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signature",
        abstract: "Ask about a task that its sender signed."
    )

    @OptionGroup var arguments: CheckArguments

    @Option(help: "The encrypted part of the request, which is what is signed: a file.", completion: .file())
    var request: String

    @Option(help: "The signature: a file with its bytes.", completion: .file())
    var signature: String

    @Option(help: "The id of the modeller's key at the Hub.")
    var keyID: String?

    func run() async throws {
        try await arguments.ask { client, access in
            try await client.checkSignature(
                access,
                encryptedRequest: try InputFile.bytes(request),
                signature: try InputFile.bytes(signature),
                keyID: keyID
            )
        }
    }
}
