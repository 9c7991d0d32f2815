// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import Testing

@testable import BitfountMessaging

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private let service = ScriptedService()
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates()
    }

    private func failureOfSending(to host: String, caFile: URL?) async throws -> MessageServiceError? {
        try await withServer(service, security: certificates.serverSecurity) { port in
            try await withClient("https://\(host):\(port)", caFile: caFile) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func aServerOfTheGivenAuthorityIsTrusted(host: String) async throws {
        #expect(try await failureOfSending(to: host, caFile: certificates.caFile) == nil)
        #expect(service.received.sent.count == 1)
    }

    @Test
    func aServerOfAnotherAuthorityIsNot() async throws {
        let other = try TestCertificates()
        let error = try await failureOfSending(to: "localhost", caFile: other.caFile)
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("CERTIFICATE_VERIFY_FAILED") == true, "\(String(describing: error))")
        #expect(service.received.metadata.isEmpty)
    }

    @Test
    func aServerThatTheSystemDoesNotKnowIsNot() async throws {
        let error = try await failureOfSending(to: "localhost", caFile: nil)
        #expect(error?.code == .unavailable)
        #expect(service.received.metadata.isEmpty)
    }

    @Test(arguments: [
        ("DNS:elsewhere.test", "localhost"), ("DNS:localhost", "127.0.0.1"), ("IP:127.0.0.2", "127.0.0.1"),
    ])
    func aServerOfAnotherNameIsNot(names: String, host: String) async throws {
        let certificates = try TestCertificates(names: names)
        let error = try await withServer(service, security: certificates.serverSecurity) { port in
            try await withClient("https://\(host):\(port)", caFile: certificates.caFile) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .unavailable)
        #expect(service.received.metadata.isEmpty)
    }

    @Test
    func aServerWithoutTLSIsNot() async throws {
        let error = try await withServer(service) { port in
            try await withClient("https://localhost:\(port)", caFile: certificates.caFile) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .unavailable)
        #expect(service.received.metadata.isEmpty)
    }

    @Test(arguments: [("-tls1_1", true), ("-tls1_2", false)])
    func aServerOfAnOldVersionIsNot(version: String, isRefusedForIt: Bool) async throws {
        let error = try await certificates.withOpenSSLServer(version) { port in
            let configuration = MessageServiceClientConfiguration(
                deadline: .seconds(2),
                retry: MessageServiceRetryPolicy(maximumAttempts: 1)
            )
            return try await withClient(
                "https://localhost:\(port)",
                caFile: certificates.caFile,
                configuration: configuration
            ) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        // The newer server speaks no gRPC either, but fails later.
        let isRefused = error?.message.contains("handshakeFailed") == true
        #expect(isRefused == isRefusedForIt, "\(String(describing: error))")
    }

    @Test
    func aMissingAuthorityFileIsAFaultOfTheConfiguration() async throws {
        let missing = certificates.directory.appendingPathComponent("missing.pem")
        let error = await #expect(throws: MessageServiceError.self) {
            try await withClient("https://localhost:1", caFile: missing) { _ in }
        }
        #expect(error?.code == .invalidEndpoint)
        #expect(error?.message.contains("missing.pem") == true)
    }
}
