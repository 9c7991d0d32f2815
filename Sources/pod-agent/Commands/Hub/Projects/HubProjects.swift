import ArgumentParser

/// `pod-agent hub projects`
struct HubProjects: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projects",
        abstract: "Projects, the datasets in them, and how much they may use.",
        subcommands: [
            HubProjectsList.self, HubProjectsCreate.self, HubProjectsName.self, HubProjectsAddDataset.self,
            HubProjectsLimits.self,
        ]
    )
}
