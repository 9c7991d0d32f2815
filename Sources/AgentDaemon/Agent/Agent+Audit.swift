import AuditLog
import Foundation

extension Agent {
    /// Opens the audit log for reading, beside a running daemon or without one.
    ///
    /// - Throws: ``AgentFailure`` with `input` if there is no log yet; `StoreError` if it can't be read.
    public static func auditReader(_ configuration: AgentConfiguration) throws -> AuditReader {
        guard FileManager.default.fileExists(atPath: configuration.databasePath) else {
            throw AgentFailure(
                .input,
                "there is no audit log at \(configuration.databasePath)",
                hint: "it is made when the agent first runs; is state_directory right?"
            )
        }
        return try AuditReader(path: configuration.databasePath)
    }
}
