import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub keys publish`
struct HubKeysPublish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish a public key of yours at a well-known address of the Hub.",
        discussion: "A system of health records checks with it the tokens that you sign. Prints the address."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The public key, a JSON Web Key.", completion: .file(extensions: ["json", "jwk"]))
    var file: String

    @Option(help: "Who the tokens say they are from.")
    var issuer: String

    @Option(help: "Your client id at that system.")
    var clientID: String

    /// The members of a JSON Web Key that only its owner may know (RFC 7518, section 6).
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    func run() async throws {
        try await common.withServices { services in
            let key = try InputFile.object(file)
            guard Self.privateMembers.allSatisfy({ key[$0] == nil }) else {
                throw AgentFailure(.data, "\(file) holds a private key, which must stay here")
            }
            let address = try await services.hub.publishKey(key, issuer: issuer, clientID: clientID)
            try result.show(address, [Field("address") { $0 }])
        }
    }
}
