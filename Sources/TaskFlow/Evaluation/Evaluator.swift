// SPDX-License-Identifier: Apache-2.0

public import Bitfount
import BitfountTasks
public import Foundation
import StrictJSON
import Timekeeping

/// Decides a task: the owner's policy, then the modeller's proof of identity, then the Access Manager.
///
/// Everything that is not the literal verdict `ACCEPT` ends in a ``Rejection``; an evaluation neither throws nor outlives
/// its deadline. Many tasks can be evaluated side by side.
public struct Evaluator<C: Clock>: Sendable where C.Duration == Duration {
    private let accessManager: AccessManagerClient
    private let identityProvider: OAuthClient
    private let policy: OwnerPolicy
    private let limits: EvaluationLimits
    private let clock: C
    private let wallClock: @Sendable () -> Date
    private let delays: RetryDelays

    /// An evaluator.
    ///
    /// - Parameters:
    ///   - accessManager: who has the last word.
    ///   - identityProvider: where codes of modellers are exchanged for their tokens.
    ///   - policy: what the owner configured.
    ///   - limits: times and sizes.
    ///   - clock: for deadlines and pauses.
    ///   - wallClock: for the expiry of device codes.
    ///   - random: a number from 0 up to but not including 1, which spreads repeated calls over time.
    public init(
        accessManager: AccessManagerClient,
        identityProvider: OAuthClient,
        policy: OwnerPolicy,
        limits: EvaluationLimits = EvaluationLimits(),
        clock: C = ContinuousClock(),
        wallClock: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.accessManager = accessManager
        self.identityProvider = identityProvider
        self.policy = policy
        self.limits = limits
        self.clock = clock
        self.wallClock = wallClock
        delays = RetryDelays(Backoff(first: limits.baseDelay, cap: limits.maximumDelay), random: random)
    }

    /// Decides one task.
    ///
    /// Cancelling the surrounding task ends the evaluation soon, with the reason ``DecisionReason/interrupted``.
    ///
    /// - Parameters:
    ///   - task: a consistent request that was not seen before.
    ///   - exchange: the way to its modeller, used only by methods that ask for one.
    ///   - deadline: when the reply has to be out; the decision is made ``EvaluationLimits/replyReserve`` earlier.
    public func evaluate(
        _ task: TaskRequest,
        exchange: any IdentityExchange,
        deadline: C.Instant
    ) async -> Evaluation {
        let finding = policy.examine(task)
        if case .refused = finding.result {
            return rejection(of: task, .unapprovedPods, finding)
        }
        let limit = TimeLimit(clock: clock, end: deadline.advanced(by: .zero - limits.replyReserve))
        guard limit.remaining > .zero else {
            return rejection(of: task, .deadline, finding)
        }

        let identity = IdentityVerification(
            accessManager: accessManager,
            identityProvider: identityProvider,
            exchange: exchange,
            limit: limit,
            delays: delays,
            wallClock: wallClock
        )
        var start = clock.now
        do throws(EvaluationFault) {
            let proof = try await identity.proof(for: task)
            start = clock.now
            let verdict = try await consult(about: task, proof, limit)
            return Evaluation(
                decision: decision(on: task, verdict),
                method: task.method,
                policy: finding,
                accessManager: AccessManagerRecord(verdict, milliseconds: milliseconds(since: start))
            )
        } catch {
            let record = AccessManagerRecord(failure: error, milliseconds: milliseconds(since: start))
            return rejection(of: task, error.reason, finding, record)
        }
    }

    private func milliseconds(since start: C.Instant) -> Int {
        Int(start.duration(to: clock.now) / .milliseconds(1))
    }

    /// Asks the Access Manager about exactly what was decrypted, for exactly the target.
    private func consult(
        about task: TaskRequest,
        _ proof: IdentityProof,
        _ limit: TimeLimit<C>
    ) async throws(EvaluationFault) -> AccessVerdict {
        let request = AccessRequest(
            podIdentifier: task.podIdentifier,
            modellerName: task.answerable.modeller,
            protocolJSON: task.protocolDocument.accessManagerJSON,
            projectID: task.outer.projectID
        )
        let accessManager = accessManager
        do {
            return try await PatientCall(limit: limit, delays: delays).run { () async throws(BitfountError) in
                switch proof {
                case .signature(let signature):
                    try await accessManager.checkSignature(
                        request,
                        encryptedRequest: task.outer.encryptedRequest,
                        signature: signature,
                        keyID: task.outer.keyID
                    )
                case .token(let token):
                    try await accessManager.checkOIDC(request, modellerToken: token)
                case .saml(let response, let challenge):
                    try await accessManager.checkSAML(
                        request,
                        response: JSONObject(response.form.map { ($0.key, .string($0.value)) }),
                        challenge: challenge
                    )
                }
            }
        } catch {
            throw .accessManager(error)
        }
    }

    private func decision(on task: TaskRequest, _ verdict: AccessVerdict) -> Evaluation.Decision {
        switch TaskDecision(verdict, generation: task.answerable.generation, limits: limits) {
        case .accept: .accept(AuthorisedTask(request: task, limits: verdict.limits))
        case .reject(let rejection): .reject(rejection)
        }
    }

    /// The refusal of a task for a reason that came from outside of its evaluation.
    public func rejection(of task: TaskRequest, _ reason: DecisionReason) -> Evaluation {
        rejection(of: task, reason, policy.examine(task))
    }

    private func rejection(
        of task: TaskRequest,
        _ reason: DecisionReason,
        _ finding: PolicyFinding,
        _ record: AccessManagerRecord? = nil
    ) -> Evaluation {
        Evaluation(
            decision: .reject(Rejection(reason, generation: task.answerable.generation)),
            method: task.method,
            policy: finding,
            accessManager: record
        )
    }
}

/// Decides tasks: ``Evaluator``, or what takes its place in a test.
package protocol TaskEvaluator: Sendable {
    /// Decides one task within a time, of which the reply has its part.
    func evaluate(_ task: TaskRequest, exchange: any IdentityExchange, within time: Duration) async -> Evaluation

    /// The refusal of a task for a reason that came from outside of its evaluation.
    func rejection(of task: TaskRequest, _ reason: DecisionReason) -> Evaluation
}

extension Evaluator: TaskEvaluator {
    package func evaluate(
        _ task: TaskRequest,
        exchange: any IdentityExchange,
        within time: Duration
    ) async -> Evaluation {
        await evaluate(task, exchange: exchange, deadline: clock.now.advanced(by: time))
    }
}

/// The times and sizes of an evaluation, apart from the deadline that each task brings.
public struct EvaluationLimits: Sendable, Hashable {
    /// How long before the deadline the decision is made, so that it can be recorded and sent in time. Default: 10 s.
    public var replyReserve: Duration = .seconds(10)
    /// The bound of the random pause before the first repetition of a failed call; it doubles each time: 1 s.
    public let baseDelay: Duration = .seconds(1)
    /// The bound that the pause never exceeds: 20 s.
    public let maximumDelay: Duration = .seconds(20)
    /// How many reached usage limits the modeller is told about: 32.
    public let maximumLimitTexts = 32
    /// The longest resource name that the modeller is told: 256 bytes.
    public let maximumResourceNameBytes = 256

    /// The defaults.
    public init() {}
}
