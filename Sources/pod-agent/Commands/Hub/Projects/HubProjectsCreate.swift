import ArgumentParser
import Bitfount

/// `pod-agent hub projects create`
struct HubProjectsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a project of yours. Prints its id."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's name.")
    var name: String

    func run() async throws {
        try await common.withServices { services in
            let id = try await services.hub.createProject(name)
            try result.show(id, [Field("id") { $0 }])
        }
    }
}
