import ArgumentParser

/// `pod-agent hub models`
struct HubModels: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Models: their source and their weights.",
        subcommands: [HubModelsList.self, HubModelsGet.self, HubModelsSend.self, HubWeights.self]
    )
}
