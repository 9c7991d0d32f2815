import ArgumentParser
import Bitfount

/// `pod-agent hub compute certificate`
struct HubComputeCertificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "The certificate for an installation's name, or how it is getting on.",
        discussion: "JSON output has the certificate and those above it as PEM."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The installation's id at the Hub.")
    var compute: String

    func run() async throws {
        try await common.withServices { services in
            let certificate = try await services.hub.certificate(forCompute: compute)
            try result.show(certificate, ComputeCertificate.fields)
        }
    }
}

extension ComputeCertificate {
    /// What commands show of a certificate.
    static let fields: [Field<ComputeCertificate>] = [
        Field("domain") { $0.domain },
        Field("status") { $0.status.rawValue },
        Field("expires") { $0.expires },
        Field("certificatePEM", inTable: false) { $0.certificatePEM },
        Field("caBundlePEM", inTable: false) { $0.caBundlePEM },
    ]
}
