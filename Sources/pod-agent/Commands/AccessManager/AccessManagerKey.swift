import ArgumentParser
import Bitfount

/// `pod-agent am key`
struct AccessManagerKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "The Access Manager's public key, as an OpenSSH line; JSON output has it as PEM too."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    func run() async throws {
        try await common.withServices { services in
            try result.show(try await services.accessManager.publicKey())
        }
    }
}
