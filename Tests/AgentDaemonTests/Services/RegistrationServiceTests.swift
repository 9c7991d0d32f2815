// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Cryptography
import Foundation
import HTTPTestSupport
import HTTPTransport
import Health
import Synchronization
import TestSupport
import Testing

@testable import AgentDaemon

@Suite("Registration", .timeLimit(.minutes(1))) struct RegistrationServiceTests {
    private let fixture: ServiceFixture
    private let keys: RecordedKeys

    init() throws {
        fixture = try ServiceFixture()
        keys = try RecordedKeys.load()
    }

    /// Writes a CSV file with this column.
    @discardableResult
    private func write(_ name: String, column: String = "age", rows: Int = 2) throws -> URL {
        let text = ([column] + (0..<rows).map { "\($0)" }).joined(separator: "\n")
        return try fixture.directory.write(text, "\(name).csv", mode: 0o600)
    }

    private func service(
        _ services: ScriptedServices,
        _ names: [String] = ["ward"],
        clock: (any Clock<Duration>)? = nil
    ) throws -> RegistrationService {
        let datasets = names.map { (name: $0, file: fixture.directory.file("\($0).csv")) }
        return RegistrationService(
            datasets: try fixture.datasets(datasets),
            owner: "acme",
            hub: services.hub,
            accessManager: services.accessManager,
            podKey: keys.pod.publicKey,
            log: fixture.log,
            entries: fixture.entries,
            states: fixture.states,
            availability: fixture.availability,
            health: fixture.health,
            metrics: fixture.metrics,
            clock: clock ?? fixture.clock,
            now: fixture.now,
            random: { 1 },
            logger: ServiceFixture.logger
        )
    }

    @Test("Every dataset is registered with the pod's and the Access Manager's key, and recorded with its schema")
    func registersAll() async throws {
        struct Body: Decodable {
            let name: String
            let podPublicKey: String
            let accessManagerPublicKey: String
            let numberOfRecords: Int?
        }
        let services = try ScriptedServices()
        defer { services.server.stop() }
        try write("ward")
        try write("clinic", rows: 5)
        try await service(services, ["ward", "clinic"]).registerFirst()
        let bodies = try services.bodies("POST", as: Body.self).sorted { $0.name < $1.name }
        #expect(bodies.map(\.name) == ["clinic", "ward"])
        #expect(bodies.map(\.numberOfRecords) == [5, 2])
        #expect(Set(bodies.map(\.podPublicKey)) == [keys.pod.publicKey.openSSH])
        #expect(Set(bodies.map(\.accessManagerPublicKey)) == [keys.other.publicKey.openSSH])

        let recorded = try await fixture.recorded()
        #expect(recorded.map(\.type) == [.podRegistered, .podRegistered])
        #expect(Set(recorded.map(\.dataset)) == ["acme/clinic", "acme/ward"])
        for entry in recorded {
            let schema = try #require(entry.dataset.flatMap(fixture.states.registeredSchema))
            #expect(entry.reference == "schema:\(schema)")
        }
        #expect(fixture.states.registered == ["acme/clinic", "acme/ward"])
        #expect(fixture.states.snapshot().allSatisfy { $0.registeredAt == fixture.time.now })
        #expect(fixture.problem(of: .registration) == nil)
        #expect(fixture.problem(of: .credentials) == nil)
        #expect(fixture.metrics.registry.render(.text).contains("podagent_registered_datasets 2.0\n"))
    }

    @Test("A dataset that the Hub had already is recorded as updated")
    func updates() async throws {
        let services = try ScriptedServices { request in
            guard request.target.hasPrefix("/api/pods") else { return nil }
            let url = "http://\(request.headers["host"] ?? "")/upload"
            return ScriptedResponse(
                200,
                #"{"success":true,"alreadyExisted":true,"uploadUrl":"\#(url)","uploadFields":{"key":"k"}}"#
            )
        }
        defer { services.server.stop() }
        try write("ward")
        try await service(services).registerFirst()
        #expect(try await fixture.recordedTypes() == [.podUpdated])
    }

    @Test("A dataset that can't be registered does not hold up the others")
    func oneFails() async throws {
        let services = try ScriptedServices { request in
            String(decoding: request.body, as: UTF8.self).contains(#""clinic""#) ? ScriptedResponse(403, "{}") : nil
        }
        defer { services.server.stop() }
        try write("ward")
        try write("clinic")
        try await service(services, ["ward", "clinic", "missing"]).registerFirst()
        #expect(fixture.states.registered == ["acme/ward"])
        let problems = fixture.states.snapshot().filter { $0.problem != nil }.map(\.identifier)
        #expect(problems == ["acme/clinic", "acme/missing"])
        #expect(fixture.problem(of: .registration) == "not registered: acme/clinic, acme/missing")
    }

    @Test("Without the Access Manager's key nothing is registered, and it is asked again and again")
    func noKey() async throws {
        let questions = Mutex(0)
        let services = try ScriptedServices { request in
            guard request.target == "/api/access-manager-key" else { return nil }
            let count = questions.withLock { questions in
                questions += 1
                return questions
            }
            return count <= 3 ? ScriptedResponse(404, "{}") : nil
        }
        defer { services.server.stop() }
        try write("ward")
        let clock = RecordingClock()
        try await service(services, clock: clock).registerFirst()
        #expect(clock.sleeps == [.seconds(1), .seconds(2), .seconds(4)])
        #expect(fixture.states.registered == ["acme/ward"])
        #expect(try await fixture.recordedTypes() == [.podRegistered])
    }

    @Test("Credentials that are refused three times in a row end the agent")
    func refusedCredentials() async throws {
        let services = try ScriptedServices { request in
            request.target.hasPrefix("/api/pods") ? ScriptedResponse(401, "{}") : nil
        }
        defer { services.server.stop() }
        try write("ward")
        let clock = RecordingClock()
        let failure = await #expect(throws: AgentFailure.self) {
            try await service(services, clock: clock).registerFirst()
        }
        #expect(failure?.exitCode == .denied)
        #expect(clock.sleeps.count == 2)
        #expect(fixture.problem(of: .credentials) == "the Hub refuses the credentials")
    }

    @Test("A refusal that passes is no loss of the credentials")
    func passingRefusal() async throws {
        let answers = Mutex([401, 401, 503, 401, 401])
        let services = try ScriptedServices { request in
            guard request.target == "/api/access-manager-key" else { return nil }
            let status = answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            // Not retried by the transport, as 503 would be.
            return status.map { ScriptedResponse($0 == 503 ? 404 : $0, "{}") }
        }
        defer { services.server.stop() }
        try write("ward")
        try await service(services, clock: RecordingClock()).registerFirst()
        #expect(fixture.problem(of: .credentials) == nil)
    }

    @Test("A Hub that fails is recorded as lost, and as regained when it registers")
    func lostHub() async throws {
        let isDown = Mutex(true)
        let services = try ScriptedServices { request in
            request.target.hasPrefix("/api/pods") && isDown.withLock({ $0 }) ? ScriptedResponse(503, "{}") : nil
        }
        defer { services.server.stop() }
        try write("ward")
        let (service, clock) = (try service(services), fixture.clock)
        try await whileRunning(service.registerFirst) {
            await clock.waitForSleepers(1)
            isDown.withLock { $0 = false }
            clock.advance(by: .seconds(60))
            while !fixture.states.registered.contains("acme/ward") { await Task.yield() }
        }
        #expect(try await fixture.recordedTypes() == [.hubLost, .hubRegained, .podRegistered])
    }

    @Test("Later on, what has changed is registered again, and what only was touched is not")
    func watches() async throws {
        let services = try ScriptedServices()
        defer { services.server.stop() }
        try write("ward")
        let (service, clock) = (try service(services, ["ward", "clinic"]), fixture.clock)
        let grown = Mutex(0)
        try await service.registerFirst()
        func registrations() -> Int { services.server.record.requests.count { $0.target.hasPrefix("/api/pods") } }
        #expect(registrations() == 1)
        try await whileRunning {
            await service.watch { grown.withLock { $0 += 1 } }
        } _: {
            func turn() async {
                await clock.waitForSleepers(1)
                clock.advance(by: RegistrationService.interval)
                await clock.waitForSleepers(1)
            }
            await turn()
            #expect(registrations() == 1)
            // The same schema in a file that is longer.
            try write("ward", rows: 5)
            await turn()
            #expect(registrations() == 1)
            try write("ward", column: "weight", rows: 5)
            await turn()
            #expect(registrations() == 2)
            #expect(grown.withLock { $0 } == 0)
            // A file that was missing so far.
            try write("clinic")
            await turn()
            #expect(registrations() == 3)
            #expect(grown.withLock { $0 } == 1)
            #expect(fixture.problem(of: .registration) == nil)
        }
    }
}
