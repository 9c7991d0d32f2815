// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import HTTPTransport

struct HTTPOriginTests {
    @Test(arguments: [
        ("https://Hub.Example.com/a?b#c", "https://hub.example.com:443"),
        ("HTTPS://hub.example.com:443", "https://hub.example.com:443"),
        ("https://hub.example.com:8443/", "https://hub.example.com:8443"),
        ("http://LOCALHOST", "http://localhost:80"),
        ("http://[0:0:0:0:0:0:0:1]:8080/", "http://[::1]:8080"),
        ("https://user:pass@hub.example.com/", "https://hub.example.com:443"),
        ("https://hub.example.com./", "https://hub.example.com.:443"),
    ])
    func normalForm(_ text: String, _ origin: String) throws {
        let url = try #require(URL(string: text))
        #expect(HTTPOrigin(url)?.description == origin)
    }

    @Test(arguments: [
        "ftp://example.com", "file:///etc/passwd", "https:///path", "/path", "https://", "mailto:a@b",
        "https://hub.example.com:0/", "https://hub.example.com:65536/", "https://a%2Fb/", "data:,x",
    ])
    func noOrigin(_ text: String) {
        #expect(URL(string: text).flatMap { HTTPOrigin($0) } == nil)
    }

    @Test func differsByEachPart() throws {
        let texts = ["https://a.example", "https://b.example", "http://a.example", "https://a.example:444"]
        let origins = texts.compactMap { URL(string: $0) }.compactMap { HTTPOrigin($0) }
        #expect(Set(origins).count == 4)
    }

    @Test(arguments: [
        ("localhost", true), ("LocalHost", true), ("127.0.0.1", true), ("127.255.1.2", true), ("[::1]", true),
        ("[0::0:1]", true),
        ("localhost.", false), ("localhost.example.com", false), ("a.localhost", false), ("128.0.0.1", false),
        ("0.0.0.0", false), ("[::]", false), ("[::2]", false), ("[::ffff:127.0.0.1]", false), ("127.1", false),
        ("127.0.0.1.example.com", false), ("2130706433", false), ("0x7f.0.0.1", false), ("0177.0.0.1", false),
        ("10.0.0.1", false), ("127.0.0.256", false),
    ])
    func loopback(_ host: String, _ isLoopback: Bool) throws {
        let url = try #require(URL(string: "http://\(host)/"))
        let origin = try #require(HTTPOrigin(url))
        #expect(origin.isLoopback == isLoopback)
    }
}
