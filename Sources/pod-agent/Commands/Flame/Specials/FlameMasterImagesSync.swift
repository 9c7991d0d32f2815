import ArgumentParser
import FlameHub

/// `pod-agent flame master-images sync`
struct FlameMasterImagesSync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sync", abstract: "Have the Hub read its images anew.")

    @OptionGroup var flame: FlameOptions

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.masterImages.sync()
            print("the Hub reads its images")
        }
    }
}
