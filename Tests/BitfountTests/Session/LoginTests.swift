// SPDX-License-Identifier: Apache-2.0

import Bitfount
import Foundation
import HTTPTestSupport
import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LoginTests {
    let http = HTTPClient(clock: RecordingClock(), environment: [:])
    let directory: TemporaryDirectory
    let file: TokenFile
    let provider: IdentityProvider
    let environment: BitfountEnvironment
    let settings: LoginSettings
    let now = Date(timeIntervalSince1970: 1_000_000)

    init() throws {
        directory = try TemporaryDirectory()
        file = TokenFile.inStorage(directory.url, username: nil)
        provider = try IdentityProvider()
        environment = try .test(oauth: provider.server)
        settings = LoginSettings(environment: environment)
    }

    func session(
        username: String? = nil,
        at moment: Date? = nil,
        clock: any Clock<Duration> = RecordingClock()
    ) -> BitfountSession {
        let now = moment ?? now
        return BitfountSession(
            environment: environment,
            credentials: .tokenFile(file, username: username),
            http: http,
            clock: clock,
            now: { now }
        )
    }

    func session(_ moment: Moment, environment: BitfountEnvironment? = nil) -> BitfountSession {
        BitfountSession(
            environment: environment ?? self.environment,
            credentials: .tokenFile(file),
            http: http,
            clock: RecordingClock(),
            now: { moment.date }
        )
    }

    func store(
        expiresIn seconds: TimeInterval,
        accessToken: String = "access-0",
        refreshToken: String? = "refresh-0",
        username: String = "alice"
    ) throws {
        let login = StoredLogin(
            accessToken: Secret(accessToken),
            refreshToken: refreshToken.map(Secret.init),
            idToken: Secret(IdentityProvider.idToken(username: username)),
            expiresAt: now.addingTimeInterval(seconds)
        )
        try file.store(login, for: settings)
    }

    /// In a directory that others can write to, no login is stored.
    func setMode(_ mode: Int) throws {
        let directory = file.url.deletingLastPathComponent()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: directory.path)
    }

    func token(_ session: BitfountSession) async throws -> String? {
        try await session.headers(for: environment.hub)["authorization"]
    }

    @Test func usesAFreshLoginWithoutAsking() async throws {
        try store(expiresIn: 601)
        let session = session()
        #expect(try await token(session) == "Bearer access-0")
        #expect(try await session.messageServiceMetadata().map(\.1) == ["access-0"])
        #expect(try await session.username() == "alice")
        #expect(provider.requests.isEmpty)
    }

    @Test func renewsTenMinutesBeforeExpiryAndWritesBeforeUsing() async throws {
        try store(expiresIn: 600)
        let session = session()
        #expect(try await token(session) == "Bearer access-1")
        let stored = try #require(try file.load(for: settings))
        #expect(stored.accessToken == Secret("access-1"))
        #expect(stored.refreshToken == Secret("refresh-1"))
        #expect(stored.expiresAt == now.addingTimeInterval(3600))
        let request = try #require(provider.requests.first)
        #expect(request.target == "/oauth/token")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(
            request.form == [
                ["client_id", "client-1"], ["grant_type", "refresh_token"], ["refresh_token", "refresh-0"],
            ]
        )
        #expect(try await token(session) == "Bearer access-1")
        #expect(provider.requests.count == 1)
    }

    @Test func renewsOnceForManyCallers() async throws {
        try store(expiresIn: -1)
        let session = session()
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try await token(session) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["Bearer access-1"])
        #expect(provider.rotations == 1)
    }

    @Test func renewsOnceForManySessionsOfOneFile() async throws {
        try store(expiresIn: -1)
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await token(session(clock: ContinuousClock())) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["Bearer access-1"])
        #expect(provider.rotations == 1)
    }

    @Test func finishesARenewalWhoseCallerIsCancelled() async throws {
        try store(expiresIn: -1)
        provider.hold()
        let session = session()
        let task = Task { try await token(session) }
        await provider.server.wait { $0.requests.count == 1 }
        task.cancel()
        // The tenant has the refresh token and does not answer yet: the caller does not wait for that.
        await expect(.cancelled) { try await task.value }
        provider.release()
        #expect(try await token(session) == "Bearer access-1")
        #expect(provider.rotations == 1)
        #expect(try file.load(for: settings)?.refreshToken == Secret("refresh-1"))
    }

    @Test func doesNotWaitForACancelledCaller() async throws {
        try store(expiresIn: -1)
        let session = session()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await token(session)
        }
        await expect(.cancelled) { try await task.value }
        #expect(provider.requests.isEmpty)
        #expect(try await token(session) == "Bearer access-1")
    }

    @Test func takesOverALoginThatAnotherProgramMade() async throws {
        let session = session()
        await expect(.notLoggedIn) { try await token(session) }
        try store(expiresIn: 3600)
        #expect(try await token(session) == "Bearer access-0")
    }

    @Test func saysWhatToDoWithoutALogin() async throws {
        let error = await expect(.notLoggedIn) { try await token(session()) }
        #expect(error?.message.contains("pod-agent login") == true)
        try store(expiresIn: -1, refreshToken: nil)
        let expired = await expect(.notLoggedIn) { try await token(session()) }
        #expect(expired?.message.contains("pod-agent login") == true)
    }

    @Test func saysWhatToDoWhenTheTenantRefuses() async throws {
        try store(expiresIn: -1, refreshToken: "spent")
        let error = await expect(.notLoggedIn) { try await token(session()) }
        #expect(error?.message.contains("pod-agent login") == true)
        #expect(try file.load(for: settings)?.refreshToken == Secret("spent"))
    }

    @Test func usesTheLastMinutesOfATokenWhileTheTenantIsAway() async throws {
        try store(expiresIn: 300)
        provider.change { $0.fault = ScriptedResponse(503) }
        let session = session()
        #expect(try await token(session) == "Bearer access-0")
        await provider.server.wait { $0.requests.count == 1 }
        // Said ahead, while it still works.
        while await session.renewalProblem == nil { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await token(session) == "Bearer access-0")
        // No call waits for the tenant, and it is asked again only after a pause.
        #expect(provider.requests.count == 1)
        let error = await expect(.serverFailure) { try await token(self.session(at: now.addingTimeInterval(300))) }
        #expect(error?.isTransient == true)
    }

    @Test(arguments: [#"{}"#, "no json", #"{"expires_in":3600}"#])
    func refusesAnAnswerThatIsNoGrant(_ body: String) async throws {
        try store(expiresIn: -1)
        provider.change { $0.fault = ScriptedResponse(200, body) }
        await expect(.malformedResponse) { try await token(session()) }
    }

    @Test(arguments: [
        (#"{"access_token":"x","refresh_token":"refresh-9"}"#, 300.0),
        (#"{"access_token":"x","refresh_token":"refresh-9","expires_in":0}"#, 300.0),
        (#"{"access_token":"x","refresh_token":"refresh-9","expires_in":"7200"}"#, 7200.0),
    ])
    func keepsTheNewTokenWhateverIsSaidOfItsLife(_ body: String, _ life: Double) async throws {
        try store(expiresIn: -1)
        provider.change { $0.fault = ScriptedResponse(200, body) }
        #expect(try await token(session()) == "Bearer x")
        let stored = try #require(try file.load(for: settings))
        #expect(stored.refreshToken == Secret("refresh-9"))
        #expect(stored.expiresAt == now.addingTimeInterval(life))
    }

    @Test func spendsNoTokenWhereNoneCouldBeStored() async throws {
        try store(expiresIn: -1)
        try setMode(0o770)
        await expect(.file) { try await token(session()) }
        #expect(provider.requests.isEmpty)
    }

    /// The disk fills up, or the directory changes, between the request and its answer.
    @Test func keepsARenewedLoginThatCannotBeWrittenYet() async throws {
        try store(expiresIn: -1)
        let moment = Moment(now)
        let session = session(moment)
        try await loseThePlaceWhileRenewing(session)
        #expect(await session.renewalProblem?.contains("stored") == true)
        try setMode(0o700)
        moment.advance(by: 5)
        #expect(try await token(session) == "Bearer access-1")
        while try file.load(for: settings)?.refreshToken != Secret("refresh-1") {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(provider.rotations == 1)
    }

    @Test func prefersANewerLoginToOneThatCouldNotBeWritten() async throws {
        try store(expiresIn: -1)
        let moment = Moment(now)
        let session = session(moment)
        try await loseThePlaceWhileRenewing(session)
        try setMode(0o700)
        try store(expiresIn: 7200, refreshToken: "from-a-new-login")
        moment.advance(by: 3600)
        #expect(try await token(session) == "Bearer access-0")
    }

    private func loseThePlaceWhileRenewing(_ session: BitfountSession) async throws {
        provider.hold()
        let call = Task { try await token(session) }
        await provider.server.wait { $0.requests.count == 1 }
        try setMode(0o770)
        provider.release()
        #expect(try await call.value == "Bearer access-1")
    }

    @Test func refusesALoginOfSomebodyElse() async throws {
        try store(expiresIn: 3600, username: "bob")
        await expect(.wrongUser) { try await token(session(username: "alice")) }
        #expect(try await session(username: "bob").username() == "bob")
        try store(expiresIn: 3600, username: "Not A Name")
        await expect(.wrongUser) { try await token(session(username: "alice")) }
        await expect(.notLoggedIn) { try await session().username() }
    }

    @Test func logsInByDeviceCode() async throws {
        provider.change {
            $0.pollAnswers = [
                ScriptedResponse(403, #"{"error":"authorization_pending"}"#),
                ScriptedResponse(429, #"{"error":"slow_down"}"#),
                ScriptedResponse(400, #"{"error":"authorization_pending"}"#),
            ]
        }
        let clock = RecordingClock()
        let shown = Mutex<[DeviceCodeLogin.Prompt]>([])
        let login = DeviceCodeLogin(
            environment: environment,
            file: file,
            http: http,
            clock: clock,
            now: { [now] in now }
        )
        let result = try await login.run { prompt in shown.withLock { $0.append(prompt) } }
        #expect(result.username == "alice")
        let prompts = shown.withLock { $0 }
        #expect(prompts.map(\.url) == ["https://v?c"])
        #expect(prompts.map(\.userCode) == ["ABCD-EFGH"])
        #expect(prompts.map(\.expiresIn) == [.seconds(900)])
        #expect(clock.sleeps == [.seconds(5), .seconds(10), .seconds(10)])
        #expect(try await token(session()) == "Bearer access-1")
        #expect(provider.requests.map(\.target) == ["/oauth/device/code"] + Array(repeating: "/oauth/token", count: 4))
        #expect(
            provider.requests[0].form == [
                ["client_id", "client-1"], ["scope", "profile openid offline_access"],
                ["audience", "https://hub.bitfount.com/api"],
            ]
        )
        #expect(
            provider.requests[1].form == [
                ["client_id", "client-1"], ["device_code", "dc"],
                ["grant_type", "urn:ietf:params:oauth:grant-type:device_code"],
            ]
        )
    }

    @Test func storesNoLoginOfSomebodyElse() async throws {
        provider.change { $0.username = "mallory" }
        let login = DeviceCodeLogin(
            environment: environment,
            file: file,
            username: "alice",
            http: http,
            now: { [now] in now }
        )
        await expect(.wrongUser) { try await login.run { _ in } }
        #expect(!FileManager.default.fileExists(atPath: file.url.path))
    }
}

/// A time of day that the test moves on.
final class Moment: Sendable {
    private let box: Mutex<Date>

    init(_ date: Date) { box = Mutex(date) }

    var date: Date { box.withLock { $0 } }

    func advance(by seconds: TimeInterval) { box.withLock { $0 += seconds } }
}
