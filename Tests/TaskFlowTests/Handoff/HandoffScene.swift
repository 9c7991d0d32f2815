// SPDX-License-Identifier: Apache-2.0

import AuditLog
import BitfountTasks
import Foundation
import MessagePack
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import StateTestSupport
@testable import TaskFlow

/// Tasks that are handed to scripted runners, which are real processes, over a store of their own, on a clock that stands still
/// unless a test lets it go on.
struct HandoffScene: Sendable {
    let scene: TaskScene
    let service: HandoffService
    let uploads: Uploads

    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sandbox/Runner/scripted_runner.py").path

    /// Says when the services have been started.
    private struct StartSignal: Service {
        let signal: AsyncStream<Void>.Continuation

        func run() async throws {
            signal.yield()
            try await gracefulShutdown()
        }
    }

    /// What was put into the storage.
    final class Uploads: Sendable {
        private let contents = Mutex<[[UInt8]]>([])

        var all: [[UInt8]] { contents.withLock { $0 } }

        func add(_ content: [UInt8]) { contents.withLock { $0.append(content) } }
    }

    init(
        _ script: String...,
        directory: TemporaryDirectory? = nil,
        messages: ScriptedMessages = ScriptedMessages(),
        change: (inout HandoffSettings) -> Void = { _ in }
    ) throws {
        let command = ["/usr/bin/env", "python3", "-B", Self.script] + script
        var settings = HandoffSettings(
            commands: [.g1: command, .g2: command],
            datasets: ["ward": RunnerDataset(file: "/srv/ward.csv", document: Array(#"{"datasource":{}}"#.utf8))],
            allowed: .aggregates,
            mustNotRead: ["/etc/pod-agent"]
        )
        change(&settings)
        let uploads = Uploads()
        self.uploads = uploads
        let made = try TaskScene(
            directory: directory,
            messages: messages,
            handoff: .run(settings) { _, content in uploads.add(content) }
        )
        scene = made
        service = try #require(made.handoffService)
    }

    /// Runs the hand-off while `body` runs, then stops it as the agent does.
    func whileRunning(_ body: () async throws -> Void) async throws {
        let (started, signal) = AsyncStream<Void>.makeStream()
        let group = ServiceGroup(services: [service, StartSignal(signal: signal)], logger: scene.quietLogger)
        // Unstructured, so that a test that fails does not wait for it.
        let running = Task { try await group.run() }
        // A group that is stopped before it runs can't be run any more.
        for await _ in started { break }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// Decides a task, and waits for the end of what was handed to a runner.
    @discardableResult
    func run(
        _ request: ModellerRequest = ModellerRequest(),
        modellerSends types: [MessageType] = [],
        meanwhile: @Sendable (HandoffScene) async throws -> Void = { _ in }
    ) async throws -> AuditEntry {
        try await whileRunning {
            let message = try await request.message()
            for (index, type) in types.enumerated() { try await put(type, "m\(index)", to: message) }
            await scene.pipeline.process(try await scene.keep(message))
            try await meanwhile(self)
            try await scene.waitForEntries(.taskFinished)
        }
        return try #require(try await scene.entries(.taskFinished).first)
    }

    /// Puts the clocks forward in small steps, so that each loop sees the time pass, until something has happened. The steps are
    /// slow enough for a process to do something meanwhile.
    func letTimePass(_ step: Duration = .seconds(1), until isOver: () async throws -> Bool) async throws {
        while try await !isOver() {
            scene.clock.advance(by: step)
            scene.environment.advance(milliseconds: Int64(step / .milliseconds(1)))
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Puts a message of the modeller into the task's mailbox.
    func put(
        _ type: MessageType,
        _ receipt: String,
        _ content: MessagePackValue = .null,
        to message: IncomingMessage
    ) async throws {
        let task = try #require(try await ModellerRequest.read(message).answerable)
        scene.messages.put(
            IncomingMessage(
                type: type,
                body: try task.cipher.seal(content),
                recipient: "acme",
                recipientMailboxID: task.workerMailboxID,
                sender: task.modeller,
                senderMailboxID: task.modellerMailboxID,
                timestamp: "2025-06-01T12:00:01Z",
                receiptHandle: receipt,
                taskID: task.taskID
            ),
            in: .named(task.workerMailboxID)
        )
    }

    /// The types of what the modeller got.
    var sent: [Int32] { scene.messages.sent.map(\.type.rawValue) }
}
