// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import HTTPTransport
import Testing

@testable import BitfountMessaging

struct EndpointTests {
    private func address(_ url: String) throws -> ServiceAddress {
        try ServiceAddress(try #require(URL(string: url)))
    }

    @Test(arguments: [
        ("https://messages.example", "messages.example:443"), ("https://messages.example/", "messages.example:443"),
        ("HTTPS://Messages.Example:8443", "messages.example:8443"), ("https://10.0.0.1", "10.0.0.1:443"),
        ("https://[2001:db8::1]:50051", "[2001:db8::1]:50051"), ("http://127.0.0.1:50051", "127.0.0.1:50051"),
        ("http://127.9.8.7:1", "127.9.8.7:1"), ("http://[::1]:50051", "[::1]:50051"),
        ("http://localhost", "localhost:80"),
    ])
    func usableAddresses(url: String, authority: String) throws {
        #expect(try address(url).authority == authority)
    }

    @Test(arguments: [
        "http://messages.example", "http://10.0.0.1:50051", "http://127.0.0.1.example", "http://localhost.example",
        "http://[::2]:1", "ftp://messages.example", "messages.example:443", "https://", "https://user@messages.example",
        "https://:password@messages.example", "https://messages.example/path", "https://messages.example?query",
        "https://messages.example#fragment",
    ])
    func unusableAddresses(url: String) throws {
        let error = #expect(throws: MessageServiceError.self) { try address(url) }
        #expect(error?.code == .invalidEndpoint)
    }

    private func make(_ url: String, proxy: HTTPProxy = .environment, environment: [String: String]) throws {
        _ = try MessageServiceTransport.make(
            MessageServiceEndpoint(url: try #require(URL(string: url)), proxy: proxy),
            timings: .test,
            environment: environment
        )
    }

    @Test(arguments: ["socks5://p:1", "https://p:1", "http://", "http:///x", "http://user:p#ss@p:1"])
    func otherProxiesAreRefusedAndNotPassedBy(proxy: String) {
        let error = #expect(throws: MessageServiceError.self) {
            try make("https://messages.example", environment: ["all_proxy": proxy])
        }
        #expect(error?.code == .invalidEndpoint)
        // An exception is one for gRPC, too.
        #expect(throws: (any Error).self) {
            try make("https://messages.example", environment: ["all_proxy": "socks5://p:1", "no_proxy": "10.0.0.0/8"])
        }
        #expect(throws: Never.self) {
            try make("https://10.1.2.3", environment: ["all_proxy": "socks5://p:1", "no_proxy": "10.0.0.0/8"])
        }
    }

    @Test(arguments: ["http://127.0.0.1:1", "https://localhost:1"])
    func aServiceOnThisMachineNeedsNoProxy(url: String) throws {
        _ = try MessageServiceTransport.make(
            MessageServiceEndpoint(url: try #require(URL(string: url))),
            timings: .test,
            environment: ["https_proxy": "socks5://unusable"]
        )
    }
}
