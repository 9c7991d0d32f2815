// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub compute`
struct HubCompute: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "This installation's name at the Hub, and the certificate for it.",
        subcommands: [HubComputeRegister.self, HubComputeRequestCertificate.self, HubComputeCertificate.self]
    )
}

/// `pod-agent hub compute register`
struct HubComputeRegister: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Tell the Hub where this installation is in its own network; the Hub gives it a name."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The private IP address under which it can be reached.")
    var address: String

    @Option(help: "The compute cluster that it belongs to.")
    var cluster: String?

    private static let fields: [Field<ComputeIdentity>] = [
        Field("id") { $0.id },
        Field("domain") { $0.domain },
    ]

    func run() async throws {
        try await common.withServices { services in
            let identity = try await services.hub.registerCompute(
                instanceID: try Agent.instanceID(common.load(), environment: ProcessInfo.processInfo.environment),
                privateIPAddress: address,
                clusterID: cluster
            )
            try result.show(identity, Self.fields)
        }
    }
}

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
        Field("certificate_pem", inTable: false) { $0.certificatePEM },
        Field("ca_bundle_pem", inTable: false) { $0.caBundlePEM },
    ]
}
