// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Foundation
import HTTPTestSupport
import Health
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Heartbeats", .timeLimit(.minutes(1))) struct HeartbeatServiceTests {
    private struct Body: Decodable {
        struct Source: Decodable {
            let name: String
            let status: String
            let error_code: String?
        }
        var names: [String]?
        var name: String?
        var isBusy: Bool?
        var datasourceHealth: [Source]?
    }

    private let fixture: ServiceFixture
    private let registeredAt = Date(timeIntervalSince1970: 1)

    init() throws {
        fixture = try ServiceFixture()
    }

    private func register(_ identifiers: String...) throws {
        let file = fixture.directory.file("none.csv")
        let fingerprint = DatasetFingerprint(try fixture.datasets([("ward", file)])[0])
        for identifier in identifiers {
            fixture.states.registered(identifier, fingerprint, schema: "00", at: registeredAt)
        }
    }

    private func service(
        _ services: ScriptedServices,
        form: HeartbeatConfiguration.Form = .superset,
        random: Double = 0.5,
        isBusy: Bool = false
    ) throws -> HeartbeatService {
        var configuration = try fixture.configuration(datasets: [("ward", fixture.directory.file("none.csv"))])
            .heartbeat
        configuration.form = form
        return HeartbeatService(
            configuration: configuration,
            hub: services.hub,
            template: Heartbeat(podPublicKey: "ssh-rsa x", instanceID: "i", sdkVersion: "v"),
            states: fixture.states,
            isBusy: { isBusy },
            renewalProblem: { "the login can't be renewed" },
            availability: fixture.availability,
            clockComparison: ClockComparison(health: fixture.health, logger: ServiceFixture.logger),
            health: fixture.health,
            metrics: fixture.metrics,
            activity: fixture.activity,
            clock: fixture.clock,
            now: fixture.now,
            random: { random },
            logger: ServiceFixture.logger
        )
    }

    /// Lets the service beat so many times.
    private func beat(_ service: HeartbeatService, _ times: Int = 1) async throws {
        let clock = fixture.clock
        try await whileRunning(service.run) {
            for _ in 1..<max(times, 1) {
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(60))
            }
            await clock.waitForSleepers(1)
        }
    }

    @Test("Without a registered dataset nothing is sent")
    func nothingRegistered() async throws {
        let services = try ScriptedServices()
        defer { services.server.stop() }
        fixture.states.failed("acme/ward", "not registered")
        try await beat(service(services), 2)
        #expect(services.server.record.requests.isEmpty)
        #expect(try await fixture.recorded().isEmpty)
    }

    @Test("One call tells of all datasets, and how their files are")
    func superset() async throws {
        let services = try ScriptedServices()
        defer { services.server.stop() }
        try register("acme/ward", "acme/clinic")
        fixture.states.looked("acme/ward", DatasetSource(nil))
        fixture.states.looked("acme/clinic", DatasetSource(.permissionDenied))
        try await beat(service(services, isBusy: true))
        let bodies = try services.bodies("PATCH", as: Body.self)
        try #require(bodies.count == 1)
        #expect(bodies[0].names == ["clinic", "ward"])
        #expect(bodies[0].isBusy == true)
        #expect(bodies[0].datasourceHealth?.map(\.status) == ["unhealthy", "healthy"])
        #expect(bodies[0].datasourceHealth?.map(\.error_code) == ["PERMISSION_DENIED", nil])
        #expect(fixture.states.snapshot().map(\.lastHeartbeat) == [fixture.time.now, fixture.time.now])
        #expect(fixture.problem(of: .heartbeat) == nil)
        let text = fixture.metrics.registry.render(.text)
        #expect(text.contains("podagent_heartbeats_total{result=\"ok\"} 1\n"))
    }

    /// After a new login the status said for ever that the credentials fail.
    @Test("A beat that is taken shows that the credentials are, too; a login that can't be renewed is said ahead")
    func credentials() async throws {
        let services = try ScriptedServices()
        defer { services.server.stop() }
        try register("acme/ward")
        fixture.health.failed(.credentials, "the login can't be used")
        try await beat(service(services))
        let report = try #require(fixture.health.snapshot()[.credentials])
        #expect(report.isWell)
        #expect(report.problem == "the login can't be renewed")
    }

    @Test("The time to the next beat is the interval, spread by a tenth", arguments: [(0.0, 9.0), (0.5, 10), (1, 11)])
    func interval(random: Double, seconds: Double) async throws {
        let services = try ScriptedServices()
        defer { services.server.stop() }
        try register("acme/ward")
        let (clock, service) = (fixture.clock, try service(services, random: random))
        try await whileRunning(service.run) {
            await clock.waitForSleeper(dueAtOrAfter: .seconds(seconds) - .milliseconds(1))
            await clock.waitForSleeper(dueBefore: .seconds(seconds) + .milliseconds(1))
        }
    }

    @Test("What a beat takes comes off the wait for the next; one that takes longer is followed at once")
    func slowBeats() async throws {
        let clock = fixture.clock
        let beats = Mutex(0)
        let services = try ScriptedServices { request in
            let count = beats.withLock { beats in
                beats += 1
                return beats
            }
            clock.advance(by: .seconds(count == 1 ? 25 : 4))
            return nil
        }
        defer { services.server.stop() }
        try register("acme/ward")
        let service = try service(services)
        try await whileRunning(service.run) {
            // The first beat ends at 25 s; the second begins then, and the third 10 s later.
            await clock.waitForSleeper(dueAtOrAfter: .seconds(34.9))
            await clock.waitForSleeper(dueBefore: .seconds(35.1))
        }
        #expect(beats.withLock { $0 } == 2)
    }

    @Test("One by one, a dataset that the Hub refuses leaves the others alive")
    func oneByOne() async throws {
        let services = try ScriptedServices { request in
            String(decoding: request.body, as: UTF8.self).contains("clinic") ? ScriptedResponse(404, "{}") : nil
        }
        defer { services.server.stop() }
        try register("acme/ward", "acme/clinic", "acme/lab")
        try await beat(service(services, form: .oneByOne))
        #expect(try Set(services.bodies("PATCH", as: Body.self).map(\.name)) == ["clinic", "lab", "ward"])
        let states = fixture.states.snapshot()
        #expect(states.map(\.identifier) == ["acme/clinic", "acme/lab", "acme/ward"])
        #expect(states.map { $0.lastHeartbeat == nil } == [true, false, false])
        #expect(states.map { $0.problem == nil } == [false, true, true])
        #expect(fixture.problem(of: .heartbeat) != nil)
        let text = fixture.metrics.registry.render(.text)
        #expect(text.contains("podagent_heartbeats_total{result=\"failed\"} 1\n"))
        #expect(text.contains("podagent_heartbeats_total{result=\"ok\"} 2\n"))
    }

    @Test("The loss of the Hub and its return are recorded once each")
    func lossAndReturn() async throws {
        let beats = Mutex(0)
        let services = try ScriptedServices { _ in
            let count = beats.withLock { beats in
                beats += 1
                return beats
            }
            return (2...3).contains(count) ? ScriptedResponse(503, "{}") : nil
        }
        defer { services.server.stop() }
        try register("acme/ward")
        try await beat(service(services), 5)
        let recorded = try await fixture.recorded()
        #expect(recorded.map(\.type) == [.hubLost, .hubRegained])
        #expect(recorded.first?.reason == BitfountError.Code.serverFailure.rawValue)
        #expect(recorded.first?.pod == "acme/hospital-a")
        #expect(fixture.problem(of: .heartbeat) == nil)
        #expect(fixture.states.snapshot().first?.problem == nil)
    }

    @Test("Stopped in the middle of a beat, the agent blames nobody")
    func stoppedInABeat() async throws {
        let release = DispatchSemaphore(value: 0)
        let services = try ScriptedServices { _ in
            release.wait()
            return ScriptedResponse(503, "{}")
        }
        defer { services.server.stop() }
        try register("acme/ward")
        let service = try service(services)
        try await whileRunning(service.run) {
            await services.server.wait { $0.accepted == 1 }
        }
        release.signal()
        #expect(fixture.problem(of: .heartbeat) == "not yet known")
        #expect(try await fixture.recorded().isEmpty)
    }

    @Test("The Hub's clock is compared with this machine's")
    func clocks() async throws {
        let services = try ScriptedServices { _ in
            ScriptedResponse(headers: [("Date", "Sat, 22 Nov 2025 04:00:00 GMT")], "{}")
        }
        defer { services.server.stop() }
        try register("acme/ward")
        try await beat(service(services))
        #expect(fixture.health.snapshot()[.clock]?.isWell == false)
    }
}
