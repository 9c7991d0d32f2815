import ArgumentParser
import Bitfount

/// `pod-agent hub pods archive`
struct HubPodsArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Take one of your datasets off the Hub's list.",
        discussion:
            "Registering it again brings it back; a running daemon that serves it does so when its schema changes."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The dataset's name, without its owner.")
    var name: String

    func run() async throws {
        try await common.withServices { services in
            try await services.hub.archivePod(name)
            try result.show(name, [Field("archived") { $0 }])
        }
    }
}
