// SPDX-License-Identifier: Apache-2.0

import AuditLog
import FlameNode
import Foundation
import PodSandbox
import Testing

@testable import AgentDaemon

@Suite("A start that fails", .timeLimit(.minutes(2)))
struct StartFailureTests {
    /// What is spoilt before the start.
    enum Fault: String, CaseIterable, CustomTestStringConvertible {
        case storagePattern, anchorToken, flameSecret, podKey, flameKey, installation

        var testDescription: String { rawValue }

        /// The configuration that can't be started.
        func spoil(_ agent: RunningAgent) throws -> AgentConfiguration {
            var configuration = agent.configuration
            let state = configuration.stateDirectory
            let missing = state.appending(path: "none")
            switch self {
            case .storagePattern: configuration.services.allowedStorageHosts = ["bucket["]
            case .anchorToken:
                let url = try #require(URL(string: "https://witness.example.com/"))
                configuration.audit.anchors = [.webhook(url, tokenFile: missing)]
            case .flameSecret: configuration.flame?.identity = .client(id: "x", secretFile: missing)
            case .podKey: configuration.pod?.keyFile = try Self.junk(state, "pod.pem")
            case .flameKey: configuration.flame?.keyFile = try Self.junk(state, "flame.pem")
            case .installation: _ = try Self.junk(state, "instance_id")
            }
            return configuration
        }

        private static func junk(_ directory: URL, _ name: String) throws -> URL {
            let file = directory.appending(path: name)
            try Data("junk".utf8).write(to: file)
            chmod(file.path, 0o600)
            return file
        }
    }

    private static func prepared(_ body: @Sendable (RunningAgent) async throws -> Void) async throws {
        var settings = AgentSettings()
        settings.isFlameNode = true
        try await RunningAgent.prepared(settings, body)
    }

    private func types(_ configuration: AgentConfiguration) async throws -> [AuditEntryType] {
        let reader = try Agent.auditReader(configuration)
        var types: [AuditEntryType] = []
        for try await recorded in reader.entries(matching: AuditQuery()) { types.append(recorded.entry.type) }
        try reader.close()
        return types
    }

    @Test(
        "Is foreseen by the check, records no start, and leaves nothing open for the next one",
        arguments: Fault.allCases
    )
    func leavesNothing(fault: Fault) async throws {
        try await Self.prepared { agent in
            let sound = ConfigurationCheck(agent.configuration, source: "agent.yaml", environment: [:])
            #expect(sound.faults() == [])
            let configuration = try fault.spoil(agent)
            #expect(ConfigurationCheck(configuration, source: "agent.yaml", environment: [:]).faults().count == 1)
            await #expect(throws: (any Error).self) {
                _ = try await Daemon(configuration, environment: [:], logger: RunningAgent.quietLogger)
            }
            #expect(try await !types(configuration).contains(.agentStart))

            try? FileManager.default.removeItem(at: agent.configuration.stateDirectory.appending(path: "instance_id"))
            let daemon = try await Daemon(agent.configuration, environment: [:], logger: RunningAgent.quietLogger)
            #expect(try await types(agent.configuration).last == .agentStart)
            await daemon.close(reason: "stopped")
            #expect(try await types(agent.configuration).suffix(2) == [.agentStart, .agentStop])
        }
    }

    @Test("While the state is open, a second start is refused and does not disturb the first")
    func secondStart() async throws {
        try await Self.prepared { agent in
            let daemon = try await Daemon(agent.configuration, environment: [:], logger: RunningAgent.quietLogger)
            let failure = await #expect(throws: (any Error).self) {
                _ = try await Daemon(agent.configuration, environment: [:], logger: RunningAgent.quietLogger)
            }
            #expect(failure.map(AgentFailure.init(describing:))?.exitCode == .unavailable)
            await daemon.close(reason: "stopped")
            #expect(try await types(agent.configuration).suffix(2) == [.agentStart, .agentStop])
        }
    }

    @Test("A login that is gone ends a pod that is alone, and not one beside a FLAME node, if its owner is known")
    func noLogin() async throws {
        try await Self.prepared { agent in
            var configuration = agent.configuration
            let missing = configuration.stateDirectory.appending(path: "none")
            configuration.credentials?.source = .tokenFile(missing)
            let daemon = try await Daemon(configuration, environment: [:], logger: RunningAgent.quietLogger)
            await daemon.close(reason: "stopped")

            for isAlone in [true, false] {
                var other = configuration
                if isAlone { other.flame = nil } else { other.credentials?.username = nil }
                let failure = await #expect(throws: (any Error).self) {
                    _ = try await Daemon(other, environment: [:], logger: RunningAgent.quietLogger)
                }
                #expect(failure.map(AgentFailure.init(describing:))?.exitCode == .denied)
            }
        }
    }
}
