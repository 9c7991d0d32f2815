import ArgumentParser
import FlameHub

/// `pod-agent flame master-images build`
struct FlameMasterImagesBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "build", abstract: "Have the Hub build an image.")

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The image's id.")
    var id: HubID<MasterImage>

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.masterImages.build(id)
            print("the Hub builds \(id)")
        }
    }
}
