import ArgumentParser
import Bitfount

/// `pod-agent hub projects name`
struct HubProjectsName: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "name",
        abstract: "The name of a project.",
        discussion: "Exits with 66 if the Hub does not know it."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's id.")
    var project: String

    func run() async throws {
        try await common.withServices { services in
            let name = try await services.hub.projectName(project).orUnknown("the project \(project)")
            try result.show(name, [Field("name") { $0 }])
        }
    }
}
