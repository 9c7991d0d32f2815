// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import TestSupport
import Testing

/// A login that is in use for months: what goes wrong in that time, and what must not follow from it.
@Suite(.timeLimit(.minutes(1)))
struct RenewalTests {
    private let login: LoginTests
    private let moment: Moment

    init() throws {
        login = try LoginTests()
        moment = Moment(login.now)
    }

    private var provider: IdentityProvider { login.provider }
    private var stored: StoredLogin? { login.file.load(for: login.settings) }

    /// Only `invalid_grant` means that the login is over (RFC 6749, section 5.2).
    @Test(arguments: [
        ScriptedResponse(429, #"{"error":"slow_down"}"#), ScriptedResponse(429), ScriptedResponse(503, "<html>"),
        ScriptedResponse(400, #"{"error":"server_error"}"#), ScriptedResponse(400, #"{"error":"temporarily_unavailable"}"#),
        ScriptedResponse(401, #"{"error":"invalid_client"}"#), ScriptedResponse(403, "<html>"),
    ])
    func aTemporaryRefusalIsNoEnd(_ refusal: ScriptedResponse) async throws {
        try login.store(expiresIn: -1)
        let session = login.session(moment)
        provider.change { $0.fault = refusal }
        let error = await expectFailure { try await login.token(session) }
        #expect(error?.code != .notLoggedIn && error?.code != .identityRefused, "\(String(describing: error))")
        #expect(stored?.refreshToken == Secret("refresh-0"))
        // In the pause nobody asks.
        _ = await expectFailure { try await login.token(session) }
        #expect(provider.requests.count == 1)
        provider.change { $0.fault = nil }
        moment.advance(by: 6)
        #expect(try await login.token(session) == "Bearer access-1")
        #expect(await session.renewalProblem == nil)
    }

    @Test func theTenantSaysWhenToAskAgain() async throws {
        try login.store(expiresIn: -1)
        let session = login.session(moment)
        provider.change { $0.fault = ScriptedResponse(429, headers: [("Retry-After", "60")]) }
        _ = await expectFailure { try await login.token(session) }
        moment.advance(by: 59)
        _ = await expectFailure { try await login.token(session) }
        #expect(provider.requests.count == 1)
        provider.change { $0.fault = nil }
        moment.advance(by: 2)
        #expect(try await login.token(session) == "Bearer access-1")
    }

    /// Where the tenant spent the token, sending it again would be reuse, and end the whole login.
    @Test func aLostAnswerIsNotAskedForAgainWhileTheTokenIsGood() async throws {
        try login.store(expiresIn: 300)
        let session = login.session(moment)
        provider.change { $0.fault = ScriptedResponse(502) }
        #expect(try await login.token(session) == "Bearer access-0")
        while await session.renewalProblem == nil { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<5 {
            moment.advance(by: 50)
            #expect(try await login.token(session) == "Bearer access-0")
            await session.finishRenewal()
        }
        #expect(provider.requests.count == 1)
        provider.change { $0.fault = nil }
        moment.advance(by: 50)
        #expect(try await login.token(session) == "Bearer access-1")
        #expect(provider.requests.count == 2)
    }

    @Test func aTokenOfFiveMinutesIsNotRenewedAtEveryCall() async throws {
        try login.store(expiresIn: -1)
        provider.change { $0.expiresIn = 300 }
        let session = login.session(moment)
        for _ in 0..<20 {
            #expect(try await login.token(session) == "Bearer access-1")
            moment.advance(by: 10)
        }
        #expect(provider.rotations == 1)
    }

    /// A hub that takes only one token.
    private func hub(taking token: String) throws -> LoopbackServer {
        try LoopbackServer.answering { request in
            ScriptedResponse(request.headers["Authorization"] == "Bearer \(token)" ? 200 : 401, "[]")
        }
    }

    private func pods(_ session: BitfountSession) async throws {
        _ = try await HubClient(session: session, http: login.http).pods()
    }

    private func environment(_ hub: LoopbackServer) throws -> BitfountEnvironment {
        try .test(hub: hub, oauth: provider.server)
    }

    @Test func aRefusedTokenIsReplacedByTheOneInTheFile() async throws {
        try login.store(expiresIn: 86_400)
        let hub = try hub(taking: "from-a-new-login")
        defer { hub.stop() }
        let session = login.session(moment, environment: try environment(hub))
        _ = try await session.username()
        try login.store(expiresIn: 86_400, accessToken: "from-a-new-login")
        try await pods(session)
        #expect(provider.requests.isEmpty)
    }

    @Test func aRefusedTokenIsRenewedOnce() async throws {
        try login.store(expiresIn: 86_400)
        let hub = try hub(taking: "access-1")
        defer { hub.stop() }
        let session = login.session(moment, environment: try environment(hub))
        try await pods(session)
        #expect(provider.rotations == 1)
        let other = try self.hub(taking: "another")
        defer { other.stop() }
        let refused = login.session(moment, environment: try environment(other))
        for _ in 0..<3 { _ = await expectFailure { try await pods(refused) } }
        // The services go on deciding about the token: it is sent, and a new login is found at once.
        #expect(provider.rotations == 2)
        #expect(other.record.requests.count == 4)
    }

    @Test func aLoginOfSomebodyElseIsNotTakenWhileTheAgentRuns() async throws {
        try login.store(expiresIn: 3600)
        let session = login.session(moment)
        #expect(try await session.username() == "alice")
        try login.store(expiresIn: 7200, username: "mallory")
        moment.advance(by: 3599)
        let error = await expectFailure { try await login.token(session) }
        #expect(error?.code == .wrongUser)
        #expect(error?.message.contains("mallory") == true)
    }

    /// What the tenant has sent by then must not be lost with the process.
    @Test func theEndWaitsForARenewal() async throws {
        try login.store(expiresIn: -1)
        let session = login.session(moment)
        provider.hold()
        let call = Task { try await login.token(session) }
        await provider.server.wait { $0.requests.count == 1 }
        call.cancel()
        _ = await expectFailure { try await call.value }
        let end = Task { await session.finishRenewal() }
        provider.release()
        await end.value
        #expect(stored?.refreshToken == Secret("refresh-1"))
    }

    @Test func aLinkStaysALink() async throws {
        try login.store(expiresIn: -1)
        let target = login.directory.url.appending(path: "elsewhere/token")
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try FileManager.default.moveItem(at: login.file.url, to: target)
        try FileManager.default.createSymbolicLink(at: login.file.url, withDestinationURL: target)
        #expect(try await login.token(login.session(moment)) == "Bearer access-1")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: login.file.url.path) == target.path)
        #expect(TokenFile(url: target).load(for: login.settings)?.accessToken == Secret("access-1"))
    }

    /// The endpoints that a provider's own document names (OpenID Connect Discovery 1.0, section 4).
    @Test(arguments: [true, false])
    func aProviderMayBeLaidOutOtherwise(isItsOwn: Bool) async throws {
        let url = Mutex("")
        let server = try LoopbackServer.answering { request in
            let base = url.withLock { $0 }
            switch request.path {
            case "/.well-known/openid-configuration":
                let issuer = isItsOwn ? base : "https://elsewhere.example"
                return ScriptedResponse(
                    200,
                    #"{"issuer":"\#(issuer)","token_endpoint":"\#(base)/t","device_authorization_endpoint":"\#(base)/d"}"#
                )
            case "/d":
                return ScriptedResponse(
                    200,
                    #"{"device_code":"dc","user_code":"A","verification_uri":"https://v","expires_in":"900","interval":"5"}"#
                )
            case "/t":
                return ScriptedResponse(
                    200,
                    #"{"access_token":"a","id_token":"\#(IdentityProvider.idToken(username: "alice", claim: "login"))"}"#
                )
            default: return ScriptedResponse(404)
            }
        }
        defer { server.stop() }
        let base = try server.url("").absoluteString
        url.withLock { $0 = base.hasSuffix("/") ? String(base.dropLast()) : base }
        var environment = try BitfountEnvironment.test(oauth: server)
        environment.discoversEndpoints = true
        environment.loginScopes = "openid"
        environment.loginAudience = ""
        environment.usernameClaim = "login"
        let device = DeviceCodeLogin(environment: environment, file: login.file, http: login.http, clock: RecordingClock())
        guard isItsOwn else {
            #expect(await expectFailure { try await device.run { _ in } }?.code == .malformedResponse)
            return
        }
        #expect(try await device.run { _ in }.username == "alice")
        let asked = try #require(server.record.requests.first { $0.path == "/d" })
        #expect(asked.form == [["client_id", "client-1"], ["scope", "openid"]])
    }

    private func expectFailure<Value>(_ body: () async throws -> Value) async -> BitfountError? {
        do {
            _ = try await body()
            Issue.record("nothing was thrown")
            return nil
        } catch {
            return error as? BitfountError
        }
    }
}
