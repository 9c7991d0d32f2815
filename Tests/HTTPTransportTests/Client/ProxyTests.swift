// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
final class ProxyTests {
    let authority: TestAuthority
    let backend: LoopbackServer
    let server: TLSServer

    init() async throws {
        authority = try await TestAuthority()
        try await authority.issue(for: "DNS:hub.example,DNS:localhost")
        backend = try LoopbackServer.answering { ScriptedResponse(200, data: $0.body) }
        server = try await TLSServer(authority, .relay(to: backend))
    }

    deinit {
        backend.stop()
        server.stop()
    }

    func client(_ proxy: HTTPProxy = .environment, environment: [String: String] = [:]) -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        configuration.caFile = authority.certificate
        configuration.proxy = proxy
        return HTTPClient(configuration, environment: environment)
    }

    /// A request to a name that only the proxy can resolve.
    func request() throws -> HTTPRequest {
        let url = try #require(URL(string: "https://hub.example/path?a=secret"))
        var request = HTTPRequest.once(.post, url, body: .bytes(Data("hello".utf8)))
        request.headers = ["Authorization": "Bearer secret", "X-API-Key": "secret"]
        return request
    }

    @Test(arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    func theEnvironmentNamesTheProxy(_ variable: String) async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port)
        defer { proxy.stop() }
        let value = variable.hasPrefix("all") ? "127.0.0.1:\(proxy.port)" : "http://127.0.0.1:\(proxy.port)"
        var environment = [variable: value]
        if !variable.lowercased().hasPrefix("all") { environment["http_proxy"] = "http://127.0.0.1:1" }
        let client = client(environment: environment)
        let response = try await client.send(request())
        #expect(response.body == Data("hello".utf8))
        #expect(!response.headers.contains("X-Proxy"))
        let connect = try #require(proxy.record.requests.first)
        #expect(connect.method == "CONNECT")
        #expect(connect.target == "hub.example:443")
        #expect(!connect.headers.contains("Authorization"))
        #expect(!connect.headers.contains("X-API-Key"))
        #expect(backend.record.requests.first?.headers["Authorization"] == "Bearer secret")
        // The tunnel is used again, also by a stream over its own.
        _ = try await client.send(request())
        #expect(proxy.record.accepted == 1)
        #expect(try await client.stream(request()) { $0.status } == 200)
    }

    @Test func theProxyMayBeReachedOverTLS() async throws {
        let tunnel = try LoopbackServer.tunnelProxy(to: server.port)
        defer { tunnel.stop() }
        let proxy = try await TLSServer(authority, .relay(to: tunnel))
        defer { proxy.stop() }
        #expect(try await client(.url(proxy.url())).send(request()).body == Data("hello".utf8))
        #expect(tunnel.record.requests.first?.target == "hub.example:443")

        // The proxy's own certificate is checked like any other.
        let other = try #require(URL(string: "https://127.0.0.1:\(proxy.port)"))
        await expect(.tls) { try await client(.url(other)).send(request()) }
    }

    @Test func theProxyMaySpeakSOCKS() async throws {
        let proxy = try LoopbackServer.socksProxy(to: server.port)
        defer { proxy.stop() }
        let client = client(environment: ["ALL_PROXY": "socks5h://127.0.0.1:\(proxy.port)"])
        #expect(try await client.send(request()).body == Data("hello".utf8))
        #expect(proxy.record.requests.first?.target == "hub.example:443")

        let refusing = try LoopbackServer.socksProxy(to: server.port, refusing: true)
        defer { refusing.stop() }
        let refused = self.client(environment: ["ALL_PROXY": "socks5h://127.0.0.1:\(refusing.port)"])
        await expect(.proxy) { try await refused.send(request()) }
    }

    @Test func passwordsAreNotShown() throws {
        let url = try #require(URL(string: "http://user:secret@proxy.example:3128"))
        #expect("\(HTTPProxy.url(url))" == "http://proxy.example:3128")
        var configuration = HTTPClientConfiguration()
        configuration.proxy = .url(url)
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration) \(String(reflecting: configuration)) \(dumped)".contains("secret"))
    }

    @Test func theConfigurationGoesBeforeTheEnvironment() async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port)
        defer { proxy.stop() }
        let url = try #require(URL(string: "http://user:pass%3Aword@127.0.0.1:\(proxy.port)"))
        let environment = ["https_proxy": "http://127.0.0.1:1", "no_proxy": "*"]
        #expect(try await client(.url(url), environment: environment).send(request()).status == 200)
        let credentials = try #require(proxy.record.requests.first?.headers["Proxy-Authorization"])
        #expect(credentials == "Basic " + Data("user:pass:word".utf8).base64EncodedString())
    }

    @Test(arguments: ["hub.example", ".example", "example", "*", "other,hub.example"])
    func exceptionsGoDirectly(_ exceptions: String) async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port)
        defer { proxy.stop() }
        for variable in ["no_proxy", "NO_PROXY"] {
            let client = client(environment: ["https_proxy": "http://127.0.0.1:\(proxy.port)", variable: exceptions])
            // The name resolves nowhere.
            await expect(.connectionFailed) { try await client.send(request()) }
        }
        #expect(proxy.record.accepted == 0)
    }

    @Test func noneMeansNone() async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port)
        defer { proxy.stop() }
        let environment = ["https_proxy": "http://127.0.0.1:\(proxy.port)"]
        await expect(.connectionFailed) { try await client(.none, environment: environment).send(request()) }
        #expect(proxy.record.accepted == 0)
    }

    @Test func loopbackNeverGoesThroughAProxy() async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port)
        defer { proxy.stop() }
        let url = "http://127.0.0.1:\(proxy.port)"
        let client = client(environment: ["http_proxy": url, "HTTP_PROXY": url, "all_proxy": url, "ALL_PROXY": url])
        for host in ["localhost", "127.0.0.1"] {
            #expect(try await client.send(.once(.get, backend.url("/", host: host))).status == 200)
        }
        #expect(proxy.record.accepted == 0)
    }

    @Test(arguments: [(403, false), (407, false), (429, true), (502, true), (503, true)])
    func aProxyThatRefuses(_ status: Int, _ isTransient: Bool) async throws {
        let proxy = try LoopbackServer.tunnelProxy(to: server.port, refusingWith: status)
        defer { proxy.stop() }
        let client = client(environment: ["https_proxy": "http://u:secret@127.0.0.1:\(proxy.port)"])
        let error = await expect(.proxy) { try await client.send(request()) }
        #expect(error?.status == status)
        #expect(error?.isTransient == isTransient)
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    @Test func aProxyThatIsNotThere() async throws {
        let proxy = try LoopbackServer { _ in }
        let port = proxy.port
        proxy.stop()
        let client = client(environment: ["https_proxy": "http://127.0.0.1:\(port)"])
        let error = await expect(.connectionFailed) { try await client.send(request()) }
        #expect(error?.isTransient == true)
        let nameless = self.client(environment: ["https_proxy": "http://proxy.invalid:3128"])
        await expect(.proxy) { try await nameless.send(request()) }
    }

    @Test(arguments: ["ftp://127.0.0.1", "http://", "://", "socks4://127.0.0.1", "file:///etc/passwd"])
    func aProxyThatIsNoProxy(_ value: String) async throws {
        let error = await expect(.proxy) { try await client(environment: ["https_proxy": value]).send(request()) }
        #expect(error?.isTransient == false)
        // What doesn't need the proxy works.
        #expect(try await client(environment: ["https_proxy": value]).send(.once(.get, backend.url())).status == 200)
    }
}
