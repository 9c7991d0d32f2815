// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import HTTPTransport
import Testing

@testable import BitfountMessaging

@Suite(.timeLimit(.minutes(1)))
struct ProxyTests {
    private let service = ScriptedService()

    private func failureOfSending(through proxy: ScriptedProxy, as user: String = "") async throws
        -> MessageServiceError?
    {
        try await ScriptedPeer.run(handling: proxy.handle) { port in
            let address = try ProxyServer("http://\(user)127.0.0.1:\(port)")
            return try await withClient("https://messages.test:8443", proxy: address) { client in
                await failure { () throws(MessageServiceError) in try await client.send(.example) }
            }
        }
    }

    /// The name that is proven is the service's, although the address that is dialled is the proxy's.
    @Test
    func callsGoThroughATunnelWithTLSInside() async throws {
        let certificates = try TestCertificates(names: "DNS:messages.test")
        try await withServer(service, security: certificates.serverSecurity) { servicePort in
            let proxy = ScriptedProxy(.tunnel(port: servicePort))
            try await ScriptedPeer.run(handling: proxy.handle) { port in
                let address = try ProxyServer("http://user%40x:pass%3Aword@127.0.0.1:\(port)")
                try await withClient(
                    "https://messages.test:8443",
                    caFile: certificates.caFile,
                    proxy: address
                ) { client in
                    try await client.send(.example)
                    try await client.send(.example)
                }
            }
            let credentials = Data("user@x:pass:word".utf8).base64EncodedString()
            let expected =
                "CONNECT messages.test:8443 HTTP/1.1\r\nHost: messages.test:8443\r\n"
                + "Proxy-Authorization: Basic \(credentials)\r\n\r\n"
            #expect(proxy.requests == [expected])
        }
        #expect(service.received.sent.count == 2)
    }

    /// The proxy opens the tunnel; the certificate must be for the service's own address, not for the proxy's.
    @Test(arguments: [("IP:192.0.2.1", true), ("IP:127.0.0.1,DNS:192.0.2.1", false)])
    func aServiceMayBeNamedByItsAddress(names: String, isProven: Bool) async throws {
        let certificates = try TestCertificates(names: names)
        let error = try await withServer(service, security: certificates.serverSecurity) { servicePort in
            let proxy = ScriptedProxy(.tunnel(port: servicePort))
            return try await ScriptedPeer.run(handling: proxy.handle) { port in
                let error = try await withClient(
                    "https://192.0.2.1:8443",
                    caFile: certificates.caFile,
                    proxy: try ProxyServer("http://localhost:\(port)")
                ) { client in
                    await failure { () throws(MessageServiceError) in try await client.send(.example) }
                }
                #expect(proxy.requests.first?.hasPrefix("CONNECT 192.0.2.1:8443 HTTP/1.1\r\n") == true)
                return error
            }
        }
        #expect((error == nil) == isProven, "\(String(describing: error))")
        #expect(service.received.sent.count == (isProven ? 1 : 0))
        if !isProven { #expect(error?.message.contains("not for 192.0.2.1") == true, "\(String(describing: error))") }
    }

    @Test
    func withoutCredentialsNoneAreSent() async throws {
        let proxy = ScriptedProxy(.answer("HTTP/1.1 403 Forbidden\r\n\r\n"))
        _ = try await failureOfSending(through: proxy)
        #expect(proxy.requests.first == "CONNECT messages.test:8443 HTTP/1.1\r\nHost: messages.test:8443\r\n\r\n")
    }

    @Test(arguments: [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "403"),
        ("HTTP/1.0 407 Proxy Authentication Required\r\n\r\n", "407"), ("HTTP/1.1 502\r\n\r\n", "502"),
        ("HTTP/1.1 100 Continue\r\n\r\n", "100"), ("220 smtp.example ESMTP\r\n\r\n", "not HTTP"),
        ("HTTP/1.1 20 OK\r\n\r\n", "not HTTP"), (String(repeating: "x", count: 20_000), "not HTTP"),
    ])
    func aRefusalIsReported(answer: String, reason: String) async throws {
        let error = try #require(
            try await failureOfSending(through: ScriptedProxy(.answer(answer)), as: "user:secret@")
        )
        #expect(error.code == .unavailable)
        #expect(error.message.contains(reason), "\(error.message)")
        #expect(!error.message.contains("secret"))
    }

    @Test
    func aProxyThatHangsUpIsReported() async throws {
        let error = try #require(try await failureOfSending(through: ScriptedProxy(.answer(""))))
        #expect(error.code == .unavailable)
        #expect(error.message.contains("closed the connection"), "\(error.message)")
    }
}
