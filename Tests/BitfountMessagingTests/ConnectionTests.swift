// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import BitfountMessaging

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    /// Retries for as long as the test runs; the connection's own pauses set the pace.
    private let patient = MessageServiceClientConfiguration(
        retry: MessageServiceRetryPolicy(
            maximumAttempts: .max,
            baseDelay: .milliseconds(10),
            maximumDelay: .milliseconds(10)
        )
    )

    @Test
    func theConnectionComesBackAfterARestart() async throws {
        let service = ScriptedService()
        let port = try await withServer(service) { port in port }
        try await withClient("http://127.0.0.1:\(port)", configuration: patient, clock: ContinuousClock()) { client in
            for _ in 1...3 {
                // A new server on the same port, when the one before is gone.
                try await withServer(service, port: port) { _ in
                    try await client.send(.example)
                    try await client.send(.example)
                }
            }
        }
        #expect(service.received.sent.count == 6)
    }

    @Test
    func aServiceThatIsDownIsSaidToBe() async throws {
        let port = try await withServer(ScriptedService()) { port in port }
        let error = try await withClient("http://127.0.0.1:\(port)") { client in
            await failure { () throws(MessageServiceError) in try await client.send(.example) }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("refused") == true, "\(String(describing: error))")
    }

    /// A peer that takes connections and never says a word would hold every call up to its deadline.
    @Test
    func aSilentPeerIsLeftAndTriedAgain() async throws {
        let accepted = Mutex(0)
        var timings = ConnectionTimings.test
        timings.silenceLimit = .milliseconds(50)
        let error = try await ScriptedPeer.run { inbound, _ in
            accepted.withLock { $0 += 1 }
            for try await _ in inbound {}
        } _: { port in
            try await withClient("http://127.0.0.1:\(port)", timings: timings) { client in
                let error = await failure { () throws(MessageServiceError) in try await client.send(.example) }
                while accepted.withLock({ $0 < 2 }) { await Task.yield() }
                return error
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("nothing was received") == true, "\(String(describing: error))")
    }

    /// A server that hangs after the handshake still hands out session tickets in TLS 1.3, which are no answer.
    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aPeerThatIsSilentAfterTheHandshakeIsLeft(version: String) async throws {
        let certificates = try TestCertificates()
        var timings = ConnectionTimings.test
        timings.silenceLimit = .milliseconds(300)
        let error = try await certificates.withOpenSSLServer(version) { [timings] port in
            try await withClient(
                "https://localhost:\(port)",
                caFile: certificates.caFile,
                timings: timings
            ) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("nothing was received") == true, "\(String(describing: error))")
    }

    @Test(arguments: [nil, "http/1.1"])
    func aServerWithoutHTTP2IsNamedAsThat(offer: String?) async throws {
        let certificates = try TestCertificates()
        let error = try await certificates.withOpenSSLServer("-tls1_3", offering: offer) { port in
            try await withClient("https://localhost:\(port)", caFile: certificates.caFile) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
        #expect(error?.message.contains("HTTP/2 is not possible here") == true, "\(String(describing: error))")
    }

    @Test
    func runEndsWithItsTask() async throws {
        try await withServer(ScriptedService()) { port in
            try await withClient("http://127.0.0.1:\(port)") { _ in }
        }
    }
}
