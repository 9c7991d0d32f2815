// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import HTTPTransport
import TaskFlow

extension AgentConfiguration {
    /// The section `pod`, for what can't be done without it.
    ///
    /// - Throws: ``AgentFailure`` with `configuration` if it is left out.
    func requiredPod() throws(AgentFailure) -> PodConfiguration {
        guard let pod else { throw AgentFailure(.configuration, "no pod is configured", hint: "add the section pod") }
        return pod
    }

    /// The section `credentials`, for what can't be done without an account at Bitfount.
    ///
    /// - Throws: ``AgentFailure`` with `configuration` if it is left out and there is no pod either.
    func requiredCredentials() throws(AgentFailure) -> CredentialsConfiguration {
        guard let credentials else {
            throw AgentFailure(
                .configuration,
                "no Bitfount account is configured",
                hint: "add the section credentials, or the section pod"
            )
        }
        return credentials
    }

    /// The pod's identifier, `owner/name`, or its name alone where the owner isn't known; `nil` without a pod.
    func podIdentifier(owner: String?) -> String? {
        guard let pod else { return nil }
        return owner.map { "\($0)/\(pod.name)" } ?? pod.name
    }

    /// How waiting tasks are asked for.
    func mailbox(of pod: PodConfiguration) -> Mailbox {
        switch services.pollStyle {
        case .credential: .byCredential(clusterID: services.clusterID)
        case .mailbox: .named(pod.name)
        }
    }

    /// Fetches requests from the storage hosts that the configuration allows.
    ///
    /// - Throws: ``ConfigurationError`` for a host pattern that is none.
    func requestBodyFetcher(http: HTTPClient) throws(ConfigurationError) -> RequestBodyFetcher {
        do {
            let policy = try LargeObjectPolicy(allowed: services.allowedStorageHosts ?? LargeObjectPolicy.bitfountHosts)
            return RequestBodyFetcher(policy: policy, http: http, maximumBytes: limits.requestBytes)
        } catch {
            throw ConfigurationError(source: "storage", key: "storage.allowed_hosts", problem: error.description)
        }
    }

    func evaluator(
        _ clients: AgentClients,
        _ pod: PodConfiguration,
        rules: RulesInForce,
        counts: any LimitCounts
    ) -> Evaluator<ContinuousClock> {
        var evaluation = EvaluationLimits()
        // The reply needs its part of the deadline, however short that is.
        evaluation.replyReserve = min(evaluation.replyReserve, limits.taskDeadline / 10)
        return Evaluator(
            accessManager: clients.accessManager,
            identityProvider: clients.oauth,
            policy: OwnerPolicy(approvedPods: pod.approvedPods),
            rules: rules,
            counts: counts,
            limits: evaluation
        )
    }
}

extension LimitsConfiguration {
    var admission: TaskAdmission.Limits {
        TaskAdmission.Limits(
            active: concurrentTasks,
            activePerModeller: concurrentTasksPerModeller,
            queued: queuedTasks,
            queuedPerModeller: queuedTasksPerModeller
        )
    }

    var patience: IdentityPatience { .init(silence: identitySilence, grace: identityGrace) }
}
