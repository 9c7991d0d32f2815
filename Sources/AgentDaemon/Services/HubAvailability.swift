// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Bitfount
import Logging
import Offloading

/// Records when the Hub is lost and when it is regained, once each time, and in the order in which it happened.
actor HubAvailability {
    private let log: AuditLog
    private let entry: @Sendable (AuditEntryType) -> AuditEntry
    private let logger: Logger
    private let turns = AsyncLock()
    private var isLost = false

    init(log: AuditLog, logger: Logger, entry: @escaping @Sendable (AuditEntryType) -> AuditEntry) {
        self.log = log
        self.logger = logger
        self.entry = entry
    }

    /// A call to the Hub failed.
    func lost(_ error: BitfountError) async {
        var entry = entry(.hubLost)
        entry.reason = error.code.rawValue
        await change(isLost: true, entry)
    }

    /// A call to the Hub succeeded.
    func regained() async {
        await change(isLost: false, entry(.hubRegained))
    }

    private func change(isLost: Bool, _ entry: AuditEntry) async {
        do {
            // The log takes its time, so that without turns a change could overtake the one before.
            try await turns.withTurn { _ in
                guard self.isLost != isLost else { return }
                try await log.append(entry)
                self.isLost = isLost
                if !isLost { logger.notice("the Hub answers again") }
            }
        } catch is CancellationError {
            // The agent stops: what it sees of the Hub means nothing any more.
        } catch {
            // What could not be recorded is recorded with the next call that ends in the same way.
            logger.error("the Hub's state could not be recorded: \(error)")
        }
    }
}
