import ArgumentParser

/// `pod-agent hub models weights`
struct HubWeights: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "The weights of models.",
        subcommands: [HubWeightsGet.self, HubWeightsSend.self]
    )
}
