import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub keys check`
struct HubKeysCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Whether a user's public key is registered and active.",
        discussion: "Exits with 66 if the Hub does not know the key, with 65 if it is not active."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The Hub's id of the key.")
    var id: String

    @Option(help: "Whose key it is; yours if it is left out.")
    var user: String?

    private static let fields: [Field<UserKey>] = [
        Field("id") { $0.id },
        Field("active") { $0.isActive },
        Field("publicKey", inTable: false) { $0.text },
    ]

    func run() async throws {
        try await common.withServices { services in
            let key = try await services.hub.userKey(id, of: user).orUnknown("the key \(id)")
            try result.show(key, Self.fields)
            guard key.isActive else { throw AgentFailure(.data, "the key \(id) is not active") }
        }
    }
}
