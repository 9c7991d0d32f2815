import BitfountTasks
import HTTPTransport
import TaskFlow

extension AgentConfiguration {
    /// How waiting tasks are asked for.
    var mailbox: Mailbox {
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

    func evaluator(_ clients: AgentServices) -> Evaluator<ContinuousClock> {
        var evaluation = EvaluationLimits()
        // The reply needs its part of the deadline, however short that is.
        evaluation.replyReserve = min(evaluation.replyReserve, limits.taskDeadline / 10)
        return Evaluator(
            accessManager: clients.accessManager,
            identityProvider: clients.oauth,
            policy: OwnerPolicy(approvedPods: pod.approvedPods),
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
