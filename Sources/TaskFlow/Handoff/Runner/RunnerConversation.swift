// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Timekeeping

/// A runner's process with the session that says what its frames mean: reads and writes, looks at the time, and ends the process
/// when the session is over.
actor RunnerConversation {
    /// What whoever has a task for the runner has to know.
    enum Event: Sendable {
        /// A task may come.
        case ready(RunnerReady)
        /// Pass this to the modeller, then say so with ``RunnerConversation/delivered(_:)``.
        case relay(RunnerMessage, MessageType)
        /// It is over. Nothing follows.
        case finished(RunEnd)
    }

    /// What happens, in order. To be read by one at a time.
    nonisolated let events: AsyncStream<Event>

    private let process: RunnerProcess
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private var session: RunnerSession
    private let observer: AsyncStream<Event>.Continuation
    private let (outgoing, writer) = AsyncStream<FrameToRunner>.makeStream()
    private let (over, ending) = AsyncStream<Void>.makeStream()
    private var isCompleted = false

    /// How long a runner may take to exit by itself after `end`.
    private static let exitTime: Duration = .seconds(2)
    /// The longest sleep, after which a limit that came nearer meanwhile is noticed.
    private static let longestSleep: Duration = .seconds(1)

    init(_ process: RunnerProcess, rules: RunnerRules, clock: any Clock<Duration>) {
        self.process = process
        self.clock = clock
        elapsed = clock.stopwatch()
        session = RunnerSession(rules: rules, now: .zero)
        (events, observer) = AsyncStream<Event>.makeStream()
    }

    /// Goes on until the session is over and the process has ended. Cancelled, it ends the task as one that the agent's stop ended.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.read() }
            group.addTask { await self.write() }
            group.addTask { await self.watchTime() }
            for await _ in over {}
            perform(session.cancel(.agentStopped, .shutdown, grace: .zero, now: elapsed()))
            await endProcess()
            group.cancelAll()
        }
    }

    /// Gives the task to the runner.
    func start(_ task: RunnerStart, dataset: [UInt8]) async {
        for action in session.start(task, dataset: dataset, now: elapsed()) {
            // Written here, so that no message of the modeller can come before it.
            guard case .send(let frame) = action else {
                perform([action])
                continue
            }
            _ = await process.connection.send(frame)
        }
    }

    /// A message that is proven to be the modeller's, opened. Returns when the runner has it.
    func fromModeller(_ type: MessageType, _ body: [UInt8]) async {
        for action in session.fromModeller(type, body, now: elapsed()) {
            guard case .send(let frame) = action, case .message = frame else {
                perform([action])
                continue
            }
            _ = await process.connection.send(frame)
        }
    }

    /// What became of the message that was to be passed on.
    func delivered(_ wasDelivered: Bool) {
        perform(session.delivered(wasDelivered, now: elapsed()))
    }

    /// Ends the task from this side.
    func cancel(_ reason: RunReason, _ word: RunnerCancellation, grace: Duration) {
        perform(session.cancel(reason, word, grace: grace, now: elapsed()))
    }

    private func perform(_ actions: [RunnerSession.Action]) {
        for action in actions {
            switch action {
            case .send(let frame): writer.yield(frame)
            case .ready(let ready): observer.yield(.ready(ready))
            case .relay(let message, let type): observer.yield(.relay(message, type))
            case .finish(let end):
                isCompleted = end.outcome == .completed
                // Whatever it is doing, and whether it reads or not.
                if !isCompleted { process.kill() }
                observer.yield(.finished(end))
                observer.finish()
                writer.finish()
                ending.finish()
            }
        }
    }

    private func read() async {
        while !session.isFinished {
            do throws(RunnerFrameError) {
                guard let frame = try await process.connection.nextFrame() else {
                    perform(session.streamEnded(nil, now: elapsed()))
                    return
                }
                perform(session.received(frame, now: elapsed()))
            } catch {
                perform(session.streamEnded(error, now: elapsed()))
                return
            }
        }
    }

    private func write() async {
        // A runner that is gone shows where its frames are read.
        for await frame in outgoing { _ = await process.connection.send(frame) }
    }

    private func watchTime() async {
        while let deadline = session.deadline, !Task.isCancelled {
            let left = deadline - elapsed()
            guard left > .zero else {
                perform(session.advance(now: elapsed()))
                continue
            }
            // Cancelled means over: the loop's condition sees it.
            try? await clock.sleep(for: min(left, Self.longestSleep))
        }
    }

    /// Who was told that it is over exits by itself, or is made to.
    private func endProcess() async {
        guard isCompleted else {
            process.kill()
            _ = await process.exit()
            return
        }
        await withDiscardingTaskGroup { group in
            group.addTask { [clock, process] in
                // Cancelled means that it has ended by itself.
                try? await clock.sleep(for: Self.exitTime)
                process.kill()
            }
            _ = await process.exit()
            group.cancelAll()
        }
        process.connection.hangUp()
    }
}
