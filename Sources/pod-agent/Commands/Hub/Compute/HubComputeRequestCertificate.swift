import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub compute request-certificate`
struct HubComputeRequestCertificate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request-certificate",
        abstract: "Ask for a certificate for an installation's name.",
        discussion: "Exits with 65 if a request is under way already."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The installation's id at the Hub.")
    var compute: String

    @Argument(help: "The certificate signing request, PEM.", completion: .file(extensions: ["csr", "pem"]))
    var file: String

    func run() async throws {
        try await common.withServices { services in
            let request = String(decoding: try InputFile.bytes(file, atMost: 64 * 1024), as: UTF8.self)
            guard
                let certificate = try await services.hub.requestCertificate(
                    forCompute: compute,
                    signingRequest: request
                )
            else { throw AgentFailure(.data, "a request of \(compute) is under way already") }
            try result.show(certificate, ComputeCertificate.fields)
        }
    }
}
