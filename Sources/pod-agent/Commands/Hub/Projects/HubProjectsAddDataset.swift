import ArgumentParser
import Bitfount

/// `pod-agent hub projects add-dataset`
struct HubProjectsAddDataset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-dataset",
        abstract: "Add one of your datasets to a project."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's id.")
    var project: String

    @Argument(help: "The dataset's name, without its owner.")
    var dataset: String

    private static let fields: [Field<Self>] = [
        Field("project") { $0.project },
        Field("dataset") { $0.dataset },
    ]

    func run() async throws {
        try await common.withServices { services in
            try await services.hub.addDataset(dataset, toProject: project)
            try result.show(self, Self.fields)
        }
    }
}
