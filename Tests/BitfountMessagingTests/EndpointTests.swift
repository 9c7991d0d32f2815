// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
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

    @Test(
        arguments: [
            ([:], nil), (["https_proxy": "http://p:1"], "p:1"), (["HTTPS_PROXY": "http://p:1"], "p:1"),
            (["ALL_PROXY": "p:1"], "p:1"), (["https_proxy": "", "all_proxy": "p"], "p:80"),
            (["grpc_proxy": "g:1", "https_proxy": "h:1", "all_proxy": "a:1"], "g:1"),
            (["HTTPS_PROXY": "h:1", "all_proxy": "a:1"], "h:1"), (["http_proxy": "http://p:1"], nil),
            (["https_proxy": "p:1", "no_proxy": "messages.example"], nil),
            (["https_proxy": "p:1", "NO_PROXY": "other, .example"], nil),
            (["https_proxy": "p:1", "no_proxy": "*"], nil),
            (["https_proxy": "p:1", "no_proxy": "ages.example,example.com"], "p:1"),
            (["https_proxy": "p:1", "no_proxy": ""], "p:1"),
        ] as [([String: String], String?)]
    )
    func theEnvironmentNamesAProxy(environment: [String: String], expected: String?) throws {
        let proxy = try MessageServiceProxy.environment.proxy(for: "Messages.Example", environment: environment)
        #expect(proxy.map { "\($0.host):\($0.port)" } == expected)
    }

    @Test(arguments: ["socks5://p:1", "https://p:1", "http://", "http:///x"])
    func otherProxiesAreRefusedAndNotPassedBy(proxy: String) {
        let error = #expect(throws: MessageServiceError.self) {
            try MessageServiceProxy.environment.proxy(for: "messages.example", environment: ["all_proxy": proxy])
        }
        #expect(error?.code == .invalidEndpoint)
    }

    @Test
    func theConfigurationOverridesTheEnvironment() throws {
        let environment = ["https_proxy": "http://p:1", "no_proxy": "*"]
        let url = try #require(URL(string: "http://q:2"))
        #expect(try MessageServiceProxy.none.proxy(for: "messages.example", environment: environment) == nil)
        #expect(try MessageServiceProxy.url(url).proxy(for: "messages.example", environment: environment)?.host == "q")
    }

    @Test
    func aServiceBehindAProxyNeedsAName() throws {
        let error = #expect(throws: MessageServiceError.self) {
            try MessageServiceTransport.make(
                MessageServiceEndpoint(url: try #require(URL(string: "https://10.0.0.1"))),
                timings: .test,
                environment: ["https_proxy": "http://p:1"]
            )
        }
        #expect(error?.code == .invalidEndpoint)
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
