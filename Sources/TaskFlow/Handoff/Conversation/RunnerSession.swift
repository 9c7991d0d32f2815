// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Cryptography

/// The conversation with one runner about one task, from its hello to its end: what may come when, and what follows from it.
///
/// It does nothing by itself: each call says what happened and when, and returns what is to be done. Nothing that a runner says
/// is believed; a task is complete only when its modeller said so.
struct RunnerSession: Sendable {
    /// What is to be done.
    enum Action: Sendable, Equatable {
        case send(FrameToRunner)
        /// A task may come.
        case ready(RunnerReady)
        /// Pass this to the modeller, then say so with ``delivered(_:)``; nothing more is passed before.
        case relay(RunnerMessage, MessageType)
        /// It is over; whatever is left of the runner is to be ended.
        case finish(RunEnd)
    }

    private enum Phase: Equatable {
        /// The hello has not come.
        case connecting
        /// The hello has come; the runner imports what it needs.
        case preparing
        /// A task may come.
        case ready
        case running
        /// The runner was told to end.
        case cancelling(RunEnd)
        /// The runner says that the task is complete; the modeller does not say so yet.
        case unconfirmed
        case finished
    }

    private let rules: RunnerRules
    private var phase = Phase.connecting
    /// When the phase has to be over.
    private var phaseEnd: Duration?
    private var lastHeard: Duration
    private var taskEnd: Duration?
    private var lastID = 0
    private var isRelaying = false
    private var refusals = 0
    private var isConfirmed = false
    private var hasAborted = false
    /// The modeller was asked whether it is there, and nothing came from it since.
    private var modellerIsSilent = false
    private var done: RunnerDone?
    private var startedAt: Duration?
    /// The SHA-256 of the content of each result, one after the other.
    private var resultHashes: [UInt8] = []
    private(set) var counts = RunCounts()

    /// A session with a runner that was started at that moment.
    init(rules: RunnerRules, now: Duration) {
        self.rules = rules
        lastHeard = now
        phaseEnd = now + rules.hello
    }

    /// The moment at which ``advance(now:)`` has something to do; `nil` once the session is over.
    var deadline: Duration? {
        guard phase != .finished else { return nil }
        return [phaseEnd, taskEnd, silenceEnd].compactMap(\.self).min()
    }

    var isFinished: Bool { phase == .finished }

    /// Silence counts from the moment on from which a runner has to show that it lives.
    private var silenceEnd: Duration? {
        switch phase {
        case .ready, .running: lastHeard + rules.silence
        default: nil
        }
    }

    // MARK: What the runner does

    /// A frame came.
    mutating func received(_ frame: RunnerFrame, now: Duration) -> [Action] {
        guard phase != .finished else { return [] }
        lastHeard = now
        let said: FrameFromRunner
        do {
            said = try FrameFromRunner(frame)
        } catch {
            return fail(.runnerBroken, now: now)
        }
        switch (said, phase) {
        case (.hello(let hello), .connecting): return greet(hello, now: now)
        case (.ready(let ready), .preparing):
            phase = .ready
            phaseEnd = nil
            return [.ready(ready)]
        case (.alive, .preparing), (.alive, .ready), (.alive, .running), (.alive, .cancelling), (.alive, .unconfirmed):
            return []
        case (.progress, .running), (.progress, .cancelling): return []
        case (.message(let message), .running): return relay(message, now: now)
        case (.message(let message), .cancelling): return [.send(.refused(message.id, .notDelivered))]
        case (.done(let done), .running): return ended(done, now: now)
        case (.done(let done), .cancelling(let end)):
            self.done = done
            return finish(end, now: now)
        default: return fail(.runnerBroken, now: now)
        }
    }

    /// The stream ended, or can't be read on.
    ///
    /// - Parameter error: What is wrong with the last bytes; `nil` if the stream ended between frames.
    mutating func streamEnded(_ error: RunnerFrameError?, now: Duration) -> [Action] {
        switch phase {
        case .finished: return []
        case .cancelling(let end): return finish(end, now: now)
        default: break
        }
        switch error {
        case nil, .cutOff: return fail(.runnerGone, now: now)
        case .bodyTooLong: return fail(.resultLimit, now: now)
        default: return fail(.runnerBroken, now: now)
        }
    }

    // MARK: What the agent does

    /// Gives the task to a runner that is ready.
    mutating func start(_ start: RunnerStart, dataset: [UInt8], now: Duration) -> [Action] {
        guard phase == .ready else { return fail(.runnerGone, now: now) }
        phase = .running
        phaseEnd = nil
        startedAt = now
        lastHeard = now
        taskEnd = now + rules.taskTime
        return [.send(.dataset(dataset)), .send(.start(start))]
    }

    /// What became of the message that was to be passed on.
    mutating func delivered(_ wasDelivered: Bool, now: Duration) -> [Action] {
        guard isRelaying else { return [] }
        isRelaying = false
        guard phase == .running else { return [] }
        return [.send(wasDelivered ? .sent(lastID) : .refused(lastID, .notDelivered))]
    }

    /// A message that is proven to be the modeller's, opened.
    mutating func fromModeller(_ type: MessageType, _ body: [UInt8], now: Duration) -> [Action] {
        guard phase != .finished else { return [] }
        modellerIsSilent = false
        switch RelayPolicy.fromModeller(type) {
        case .dropped: return []
        case .cancels: return cancel(.cancelledByModeller, .modeller, grace: rules.cancelGrace, now: now)
        case .relayed: break
        }
        if type == .taskComplete { isConfirmed = true }
        counts.messagesIn += 1
        switch phase {
        case .running: return [.send(.message(type, body))]
        case .unconfirmed where isConfirmed: return finish(completed, now: now)
        default: return []
        }
    }

    /// Ends the task from this side.
    ///
    /// - Parameter grace: How long the runner may take to end.
    mutating func cancel(
        _ reason: RunReason,
        _ word: RunnerCancellation,
        grace: Duration,
        now: Duration
    ) -> [Action] {
        let end = RunEnd(.cancelled, reason)
        switch phase {
        case .finished, .cancelling: return []
        case .running where grace > .zero:
            phase = .cancelling(end)
            phaseEnd = now + grace
            taskEnd = nil
            return [.send(.cancel(word, graceSeconds: Int(grace.components.seconds)))]
        default: return finish(end, now: now)
        }
    }

    /// Looks at the time.
    mutating func advance(now: Duration) -> [Action] {
        guard phase != .finished else { return [] }
        if let phaseEnd, now >= phaseEnd {
            switch phase {
            case .connecting, .preparing: return fail(.runnerSilent, now: now)
            case .cancelling(let end): return finish(end, now: now)
            case .unconfirmed: return fail(.unconfirmed, now: now)
            case .ready, .running, .finished: return []
            }
        }
        if let taskEnd, now >= taskEnd { return fail(.timeLimit, now: now) }
        if let silenceEnd, now >= silenceEnd { return fail(.runnerSilent, now: now) }
        return []
    }

    // MARK: Steps

    private mutating func greet(_ hello: RunnerHello, now: Duration) -> [Action] {
        guard hello.protocols.contains(FrameToRunner.version) else { return fail(.runnerBroken, now: now) }
        phase = .preparing
        phaseEnd = now + rules.start
        return [.send(.welcome(mustNotRead: rules.mustNotRead))]
    }

    private mutating func relay(_ message: RunnerMessage, now: Duration) -> [Action] {
        guard !isRelaying, message.id == lastID + 1 else { return fail(.runnerBroken, now: now) }
        lastID = message.id
        guard lastID <= rules.messages, counts.bytesOut + message.body.count <= rules.taskBytes else {
            return [.send(.refused(message.id, .tooMuch))] + fail(.resultLimit, now: now)
        }
        guard let type = message.type else { return refuse(message, .typeNotAllowed, now: now) }
        switch RelayPolicy.fromRunner(type, relaysProgress: rules.relaysProgress) {
        case .refused: return refuse(message, .typeNotAllowed, now: now)
        case .dropped:
            if type == .taskAbort { hasAborted = true }
            return [.send(.sent(message.id))]
        case .relayed: break
        }
        guard message.metadata != nil, !message.body.isEmpty, Generation(of: message.body) == rules.generation else {
            return refuse(message, .malformed, now: now)
        }
        if type == .onlineCheck { modellerIsSilent = true }
        isRelaying = true
        counts.messagesOut += 1
        counts.bytesOut += message.body.count
        if RelayPolicy.isResult(type) { resultHashes += SHA256.hash(message.body) }
        return [.relay(message, type)]
    }

    private mutating func refuse(_ message: RunnerMessage, _ reason: RunnerRefusal, now: Duration) -> [Action] {
        refusals += 1
        counts.refusals[reason, default: 0] += 1
        let refusal = Action.send(.refused(message.id, reason))
        return refusals > rules.refusals ? [refusal] + fail(.runnerBroken, now: now) : [refusal]
    }

    private mutating func ended(_ done: RunnerDone, now: Duration) -> [Action] {
        self.done = done
        guard done.outcome == .completed else {
            return fail(hasAborted && modellerIsSilent ? .modellerGone : .runnerFailed, now: now)
        }
        guard !isRelaying else { return fail(.runnerBroken, now: now) }
        if isConfirmed { return finish(completed, now: now) }
        phase = .unconfirmed
        phaseEnd = now + rules.completion
        return []
    }

    private var completed: RunEnd { RunEnd(.completed, nil) }

    private mutating func fail(_ reason: RunReason, now: Duration) -> [Action] {
        finish(RunEnd(.failed, reason), now: now)
    }

    private mutating func finish(_ end: RunEnd, now: Duration) -> [Action] {
        var end = end
        let hasStarted = startedAt != nil
        end.isConfirmed = isConfirmed
        end.exception = end.reason == .runnerFailed ? done?.exception : nil
        end.detail = done?.detail
        end.cpuMilliseconds = done?.cpuMilliseconds
        end.maximumResidentKiB = done?.maximumResidentKiB
        end.counts = counts
        end.duration = startedAt.map { now - $0 } ?? .zero
        end.resultsSHA256 = hasStarted ? Hex.encode(SHA256.hash(resultHashes)) : nil
        phase = .finished
        return (end.outcome == .completed ? [.send(.end)] : []) + [.finish(end)]
    }
}

/// What a session goes by.
struct RunnerRules: Sendable {
    /// How the modeller of the task packs values.
    var generation: Generation
    /// From the start of a runner to its hello. Default 5 s.
    var hello: Duration = .seconds(5)
    /// From its hello to its ready. Default 2 min.
    var start: Duration = .seconds(120)
    /// Without any frame from a runner that is ready or runs. Default 30 s.
    var silence: Duration = .seconds(30)
    /// From the task's start to its end. Default 1 h.
    var taskTime: Duration = .seconds(3_600)
    /// From the runner's word that the task is complete to the modeller's. Default 10 s.
    var completion: Duration = .seconds(10)
    /// How long a runner may take to end where the modeller or a person withdraws the task. Default 2 s.
    var cancelGrace: Duration = .seconds(2)
    /// The content of all messages of a task, in bytes as they come from the runner. Default 256 MiB.
    var taskBytes = 256 << 20
    /// The messages of a task. Default 10,000.
    var messages = 10_000
    /// The messages that are refused before the runner is taken to be broken. Default 16.
    var refusals = 16
    /// Whether the modeller is told how the preparation goes. Default true.
    var relaysProgress = true
    /// Paths that no runner may be able to read.
    var mustNotRead: [String] = []
}

/// What passed between a runner and its modeller.
struct RunCounts: Sendable, Equatable {
    /// Messages of the modeller.
    var messagesIn = 0
    /// Messages for the modeller that were passed on.
    var messagesOut = 0
    /// Their content, in bytes.
    var bytesOut = 0
    /// Messages that were refused, by the reason.
    var refusals: [RunnerRefusal: Int] = [:]
}

/// How a run ended.
struct RunEnd: Sendable, Equatable {
    var outcome: RunOutcome
    /// Why, unless it was completed.
    var reason: RunReason?
    /// Whether the modeller said that the task is complete: then nothing more is to be said to it.
    var isConfirmed = false
    /// The class of the exception, by the runner's word.
    var exception: String?
    /// More about it, for the log alone.
    var detail: String?
    var cpuMilliseconds: Int?
    var maximumResidentKiB: Int?
    var counts = RunCounts()
    /// From the task's start to its end.
    var duration: Duration = .zero
    /// SHA-256 over the SHA-256 of the content of each result that was passed on; `nil` if the task was not started.
    var resultsSHA256: String?

    init(_ outcome: RunOutcome, _ reason: RunReason?) {
        self.outcome = outcome
        self.reason = reason
    }
}

/// How a run ended, in a word of the audit log: never to be renamed.
enum RunOutcome: String, Sendable, CaseIterable {
    case completed = "completed"
    case failed = "failed"
    case cancelled = "cancelled"
}

/// Why a run ended without being completed: a reason of `task.finished` entries, never to be renamed.
enum RunReason: String, Sendable, CaseIterable {
    /// The runner says that the task failed.
    case runnerFailed = "runner-failed"
    /// The runner ended, or closed its stream.
    case runnerGone = "runner-gone"
    /// The runner does not keep to the frames.
    case runnerBroken = "runner-broken"
    /// Nothing came from the runner for too long.
    case runnerSilent = "runner-silent"
    /// The task took too long.
    case timeLimit = "time-limit"
    /// There is more for the modeller than may be.
    case resultLimit = "result-limit"
    /// The runner says that the task is complete, and the modeller does not.
    case unconfirmed = "unconfirmed"
    /// The modeller withdrew the task.
    case cancelledByModeller = "cancelled-by-modeller"
    /// A person ended it by hand.
    case cancelledByOperator = "cancelled-by-operator"
    /// The modeller no longer answers.
    case modellerGone = "modeller-gone"
    /// The agent was stopped.
    case agentStopped = "agent-stopped"
    /// The agent ended without being stopped.
    case crashDuringRun = "crash-during-run"

    /// What the modeller is told, and as which reason.
    var abort: (text: String, reason: AbortReason) {
        switch self {
        case .runnerFailed, .runnerGone, .runnerBroken, .runnerSilent, .unconfirmed:
            ("The task failed on the pod", .workerError)
        case .timeLimit: ("The task took too long", .limitsExceeded)
        case .resultLimit: ("The task failed on the pod", .limitsExceeded)
        case .cancelledByModeller: ("The task was cancelled", .cancelledByModeller)
        case .cancelledByOperator, .agentStopped: ("The task was cancelled", .workerError)
        case .modellerGone: ("The task was cancelled", .modellerTimeout)
        case .crashDuringRun: ("The pod was restarted", .workerError)
        }
    }
}
