import AuditLog
import BitfountTasks

extension AgentConfiguration {
    /// How waiting tasks are asked for.
    var mailbox: Mailbox {
        switch services.pollStyle {
        case .credential: .byCredential(clusterID: services.clusterID)
        case .mailbox: .named(pod.name)
        }
    }

    var storeLimits: StoreLimits { StoreLimits(payloadRetention: limits.messageRetention) }
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

    var patience: WorkerMailbox.Patience { .init(silence: identitySilence, grace: identityGrace) }
}
