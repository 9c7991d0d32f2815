import ArgumentParser
import Bitfount

/// `pod-agent hub keys signing`
struct HubKeysSigning: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signing",
        abstract: "The keys with which the Hub signs what it sends to pods."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<SigningKey>] = [
        Field("id") { $0.id },
        Field("keyType") { $0.keyType },
        Field("use") { $0.use },
        Field("verifiesSignatures") { $0.verifiesSignatures },
        Field("modulus", inTable: false) { $0.modulus },
        Field("exponent", inTable: false) { $0.exponent },
    ]

    func run() async throws {
        try await common.withServices { services in
            try result.show(list: try await services.hub.signingKeys(), Self.fields)
        }
    }
}
