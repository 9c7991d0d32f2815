// SPDX-License-Identifier: Apache-2.0

import Bitfount
import BitfountTasks
import Foundation
import HTTPTransport
import OwnerPolicy
import TestSupport

@testable import TaskFlow

/// An evaluator between a scripted Access Manager and a scripted identity provider, on a clock that stands still.
struct EvaluationScene: Sendable {
    let clock = ManualClock()
    let accessManager: ScriptedService
    let identityProvider: ScriptedService
    private let evaluator: Evaluator<ManualClock>

    /// A scene in which calls are repeated after just under a second, then two, and so on; the transport below does so
    /// without any pause.
    init(
        approvedPods: [String] = [],
        rules: RulesInForce = RulesInForce(),
        counts: any LimitCounts = ScriptedCounts(),
        now: Date = ModellerRequest.sentAt,
        accessManager script: @escaping @Sendable (ScriptedService.Request, Int) -> ScriptedService.Answer,
        identityProvider oauthScript: @escaping @Sendable (ScriptedService.Request, Int) -> ScriptedService.Answer = {
            _,
            _ in .drop
        }
    ) throws {
        accessManager = try ScriptedService(script)
        identityProvider = try ScriptedService(oauthScript)
        var environment = BitfountEnvironment.sandbox
        environment.accessManager = accessManager.url
        environment.oauthAuthority = identityProvider.url
        environment.clientID = "client-1"
        let http = HTTPClient(clock: clock, random: { 0 })
        let session = BitfountSession(
            environment: environment,
            credentials: .apiKey(id: Secret("id:am-id"), key: Secret("key:am-key"), username: "acme"),
            http: http
        )
        evaluator = Evaluator(
            accessManager: AccessManagerClient(session: session, http: http),
            identityProvider: OAuthClient(environment: environment, http: http, clock: clock),
            policy: OwnerPolicy(approvedPods: approvedPods),
            rules: rules,
            counts: counts,
            clock: clock,
            wallClock: { now },
            random: { 1.0.nextDown }
        )
    }

    /// A scene whose Access Manager gives one code to everything.
    static func accessManagerSays(_ code: String, approvedPods: [String] = []) throws -> EvaluationScene {
        try EvaluationScene(approvedPods: approvedPods, accessManager: { _, _ in .code(code) })
    }

    /// Evaluates a task within 300 seconds of the scene's clock.
    func evaluate(_ task: TaskRequest, _ exchange: any IdentityExchange = ScriptedExchange.unused) async -> Evaluation {
        await evaluator.evaluate(task, exchange: exchange, deadline: ManualClock.Instant(offset: .seconds(300)))
    }
}

/// Counts that a test sets: the names of the rules whose bound is reached.
struct ScriptedCounts: LimitCounts {
    struct Unreadable: Error {}

    var reached: Set<String> = []
    var isUnreadable = false

    func examine(_ examination: RulesExamination) async throws -> Policy.Finding {
        if isUnreadable { throw Unreadable() }
        return examination.policy.examine(examination.task, at: examination.moment) { use, _ in
            reached.contains(use.rule)
        }
    }
}

extension Evaluation {
    /// The authorised task, if it was accepted.
    var authorised: AuthorisedTask? {
        if case .accept(let task) = decision { task } else { nil }
    }

    /// The refusal, if it was refused.
    var rejection: Rejection? {
        if case .reject(let rejection) = decision { rejection } else { nil }
    }
}
