import AuditLog
import Bitfount
import Logging

/// Records when the Hub is lost and when it is regained, once each time.
actor HubConnection {
    private let log: AuditLog
    private let entry: @Sendable (AuditEntryType) -> AuditEntry
    private let logger: Logger
    private var isLost = false

    init(log: AuditLog, logger: Logger, entry: @escaping @Sendable (AuditEntryType) -> AuditEntry) {
        self.log = log
        self.logger = logger
        self.entry = entry
    }

    /// A call to the Hub failed.
    func lost(_ error: BitfountError) async {
        guard !isLost else { return }
        isLost = true
        var entry = entry(.hubLost)
        entry.reason = error.code.rawValue
        await record(entry)
    }

    /// A call to the Hub succeeded.
    func regained() async {
        guard isLost else { return }
        isLost = false
        logger.notice("the Hub answers again")
        await record(entry(.hubRegained))
    }

    private func record(_ entry: AuditEntry) async {
        do {
            try await log.append(entry)
        } catch {
            logger.error("the Hub's state could not be recorded: \(error)")
        }
    }
}
