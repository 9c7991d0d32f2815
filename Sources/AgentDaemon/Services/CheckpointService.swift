import AuditLog
import ServiceLifecycle

/// Signs the audit log when entries have waited for it long enough; what is urgent is signed with the entry itself.
struct CheckpointService: Service {
    let store: AgentStore

    func run() async throws {
        await cancelWhenGracefulShutdown { await store.runCheckpoints() }
    }
}
