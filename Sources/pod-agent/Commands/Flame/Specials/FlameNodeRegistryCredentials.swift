import ArgumentParser
import FlameHub

/// `pod-agent flame nodes registry-credentials`
struct FlameNodeRegistryCredentials: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry-credentials",
        abstract: "What a node signs in to its container registry with."
    )

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Argument(help: "The node's id.")
    var id: HubID<Node>

    private static let fields: [Field<RegistryCredentials>] = [
        Field("host") { $0.host },
        Field("externalName") { $0.externalName },
        Field("accountName") { $0.accountName },
    ]

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let credentials = try await session.core.nodes.registryCredentials(of: id)
            if let secret = credentials.accountSecret { try file?.write(Array(secret.utf8)) }
            try result.show(credentials, Self.fields)
        }
    }
}
