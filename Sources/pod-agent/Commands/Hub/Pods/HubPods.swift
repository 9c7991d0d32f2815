import ArgumentParser

/// `pod-agent hub pods`
struct HubPods: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pods",
        abstract: "Datasets, your own and those of others.",
        discussion: "`pod-agent register` registers your own; the daemon does so by itself.",
        subcommands: [HubPodsList.self, HubPodsGet.self, HubPodsKey.self, HubPodsSchema.self, HubPodsArchive.self]
    )
}
