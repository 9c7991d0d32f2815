// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import Logging
import PodSandbox
import ServiceLifecycle
import SystemFiles
import TestSupport

@testable import AgentDaemon

/// A sandbox with the daemon running against it in this process: real HTTP, gRPC and SQLite.
struct RunningAgent: Sendable {
    let sandbox: Sandbox
    let configuration: AgentConfiguration

    /// The dataset that the agent serves.
    static let dataset = "acme/heart-data"

    /// Runs sandbox and daemon for as long as `body` runs; then stops the daemon gracefully.
    static func with(
        _ settings: AgentSettings = AgentSettings(),
        _ body: @Sendable (RunningAgent) async throws -> Void,
        afterwards: @Sendable (RunningAgent) async throws -> Void = { _ in }
    ) async throws {
        try await prepared(settings) { agent in
            try await agent.whileServing { try await body(agent) }
            try await afterwards(agent)
        }
    }

    /// Runs a sandbox for as long as `body` runs, with a configuration and a pod's key for a daemon that isn't started yet.
    static func prepared(
        _ settings: AgentSettings = AgentSettings(),
        _ body: @Sendable (RunningAgent) async throws -> Void
    ) async throws {
        let keys = try RecordedKeys.load()
        let directory = FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var sandboxSettings = SandboxConfiguration(accessManagerKey: keys.other.publicKey)
        sandboxSettings.objectDirectory = directory
        try await withSandbox(sandboxSettings) { sandbox in
            let agent = try AgentDirectory.write(to: directory.appending(path: "agent"), for: sandbox, settings)
            // Making a key takes seconds; the recorded one is as good.
            let keyDirectory = agent.state.appending(path: "keys")
            try SecretFile(keyDirectory.appending(path: "pod_rsa.pem")).create(try keys.pod.pkcs8PEM())
            let configuration = try AgentConfiguration.load(from: agent.configuration, environment: [:])
            try await body(RunningAgent(sandbox: sandbox, configuration: configuration))
        }
    }

    /// Starts the daemon, waits until it serves, runs `body`, and stops the daemon.
    func whileServing(_ body: @Sendable () async throws -> Void) async throws {
        try await whileRunning {
            try await sandbox.waitUntilServing("heart-data")
            try await body()
        }
    }

    /// A logger for what a test lets fail.
    static var quietLogger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Starts the daemon, runs `body`, and stops the daemon.
    func whileRunning(_ body: @Sendable () async throws -> Void) async throws {
        let daemon = try await Daemon(configuration, environment: [:], logger: Self.quietLogger)
        let (started, signal) = AsyncStream<Void>.makeStream()
        let services: [any Service] = daemon.services + [StartSignal(signal: signal)]
        let group = ServiceGroup(services: services, logger: Self.quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            // A group that is stopped before it runs can't be run any more.
            for await _ in started { break }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await daemon.close(reason: "stopped")
    }

    /// A modeller whom the Access Manager allows everything on the dataset.
    func allowedModeller(_ name: String) throws -> ScriptedModeller {
        let modeller = sandbox.addModeller(name, signingKey: try RecordedKeys.load().modeller)
        sandbox.accessManager.grant(AccessGrant(modeller: name, podIdentifier: Self.dataset))
        return modeller
    }
}

/// Tells when its group runs.
private struct StartSignal: Service {
    let signal: AsyncStream<Void>.Continuation

    func run() async throws {
        signal.yield()
        try await gracefulShutdown()
    }
}

/// The keys of the recorded fixtures.
struct RecordedKeys: Sendable {
    let pod: RSAPrivateKey
    let modeller: RSAPrivateKey
    let other: RSAPrivateKey

    static func load() throws -> RecordedKeys {
        struct File: Decodable {
            struct Key: Decodable { let private_pem: String }
            let keys: [String: Key]
        }
        let file = try Fixtures.json("bitfount/keys.json", as: File.self)
        func key(_ name: String) throws -> RSAPrivateKey {
            try RSAPrivateKey(file.keys[name]?.private_pem ?? "")
        }
        return RecordedKeys(pod: try key("pod"), modeller: try key("modeller"), other: try key("other"))
    }
}
