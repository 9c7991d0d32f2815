import ArgumentParser
import Bitfount

/// `pod-agent hub keys register`
struct HubKeysRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Register a public key of yours, with which you sign tasks as a modeller."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The RSA public key, PEM or an OpenSSH line.", completion: .file())
    var file: String

    func run() async throws {
        try await common.withServices { services in
            let id = try await services.hub.registerUserKey(try InputFile.publicKey(file))
            try result.show(id, [Field("id") { $0 }])
        }
    }
}
