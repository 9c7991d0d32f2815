// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Testing

/// Which proxy is chosen, for HTTP and gRPC alike.
struct ProxyRulesTests {
    private func proxy(
        for host: String = "messages.example",
        port: Int = 443,
        _ environment: [String: String],
        protocolVariable: String? = nil
    ) throws -> String? {
        try HTTPProxy.environment.rules(environment: environment, protocolVariable: protocolVariable)
            .server(for: host, port: port).map { "\($0)" }
    }

    @Test(
        arguments: [
            ([:], nil), (["https_proxy": "http://p:1"], "http://p:1"), (["HTTPS_PROXY": "http://p:1"], "http://p:1"),
            (["HTTP_PROXY": "http://p:1"], "http://p:1"), (["http_proxy": "p:1", "ALL_PROXY": "q:1"], "http://p:1"),
            (["https_proxy": "s:1", "http_proxy": "p:1"], "http://s:1"), (["ALL_PROXY": "p:1"], "http://p:1"),
            (["https_proxy": "", "all_proxy": "p:1"], "http://p:1"), (["grpc_proxy": "g:1"], nil),
        ] as [([String: String], String?)]
    )
    func theEnvironmentNamesIt(environment: [String: String], expected: String?) throws {
        #expect(try proxy(environment) == expected)
    }

    @Test func aProtocolMayHaveAVariableOfItsOwn() throws {
        let environment = ["GRPC_PROXY": "g:1", "https_proxy": "h:1"]
        #expect(try proxy(environment, protocolVariable: "grpc_proxy") == "http://g:1")
        #expect(try proxy(["https_proxy": "h:1"], protocolVariable: "grpc_proxy") == "http://h:1")
    }

    @Test(arguments: [
        ("http://p", "http://p:80"), ("p", "http://p:80"), ("https://P", "https://p:443"),
        ("socks5h://p", "socks5h://p:1080"), ("http://u:s@p.example/", "http://p.example:80"),
        ("http://[2001:db8::1]:3128", "http://2001:db8::1:3128"),
    ])
    func thePortHasADefault(text: String, expected: String) throws {
        #expect(try proxy(["https_proxy": text]) == expected)
    }

    @Test(arguments: [
        "not a proxy", "http://", "http:///x", "ftp://p", "http://p:0", "http://p:70000", "http://p/path", "http://p?q",
        "http://user:p#ss@p:3128", "http://user:p@ss@p:3128", "http://p q", "http://[::g]:1", "://",
    ])
    func whatIsNoProxyIsRefused(text: String) {
        let error = #expect(throws: HTTPError.self) { try proxy(["https_proxy": text]) }
        #expect(error?.code == .proxy)
        #expect(error?.isTransient == false)
        #expect(error.map { "\($0)".contains("p#ss") } != true)
    }

    @Test(arguments: [
        ("*", "x.example"), ("example", "messages.example"), (".example", "messages.example"),
        ("*.example", "messages.example"), ("Messages.Example", "messages.example"),
        ("messages.example.", "messages.example"), ("messages.example", "messages.example."),
        ("other, messages.example", "messages.example"), ("other messages.example", "messages.example"),
        ("messages.example:443", "messages.example"), ("10.0.0.0/8", "10.200.1.1"), ("192.168.4.0/22", "192.168.7.9"),
        ("10.1.2.3", "10.1.2.3"), ("2001:db8::/32", "2001:db8:1::5"), ("[2001:DB8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"), ("10.1.2.3:443", "10.1.2.3"), ("0.0.0.0/0", "8.8.8.8"),
        ("2001:db8:0::1", "2001:db8::1"),
    ])
    func exceptionsGoDirectly(exceptions: String, host: String) throws {
        for name in ["no_proxy", "NO_PROXY"] {
            #expect(try proxy(for: host, ["https_proxy": "p:1", name: exceptions]) == nil)
        }
    }

    @Test(arguments: [
        ("ages.example", "messages.example"), ("example.com", "messages.example"), ("", "messages.example"),
        ("messages.example:80", "messages.example"), ("10.0.0.0/8", "11.0.0.1"), ("192.168.4.0/22", "192.168.8.1"),
        ("10.0.0.0/33", "10.0.0.1"), ("10.0.0.0/x", "10.0.0.1"), ("10.0.0.0/8", "10.example"), ("0.0.0.0/0", "::1"),
        ("3", "10.1.2.3"), ("10.1.2.3:80", "10.1.2.3"), (",", "messages.example"), (".", "messages.example"),
    ])
    func othersDoNot(exceptions: String, host: String) throws {
        #expect(try proxy(for: host, ["https_proxy": "p:1", "no_proxy": exceptions]) == "http://p:1")
    }

    @Test func theConfigurationGoesBeforeTheEnvironment() throws {
        let environment = ["https_proxy": "http://p:1", "no_proxy": "*"]
        let url = try #require(URL(string: "http://q:2"))
        let none = try HTTPProxy.none.rules(environment: environment).server(for: "x", port: 1)
        #expect(none == nil)
        #expect(try HTTPProxy.url(url).rules(environment: environment).server(for: "x", port: 1)?.host == "q")
    }

    @Test func passwordsAreDecodedAndNotShown() throws {
        let server = try ProxyServer("http://user%40x:pass%3Aword@p:1")
        #expect(server.basicAuthorization == "Basic " + Data("user@x:pass:word".utf8).base64EncodedString())
        var dumped = ""
        dump(server, to: &dumped)
        #expect(!"\(server) \(String(reflecting: server)) \(dumped)".contains("word"))
    }
}
