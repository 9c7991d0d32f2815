import StateStore
import GRDB

extension AuditReader {
    /// Verifies the whole log: every entry against the tree, the tree against every checkpoint, every checkpoint
    /// against the key that was in force, and everything that is kept beside the log against the log.
    ///
    /// The agent may go on running. Entries that it records meanwhile are not looked at. Reads everything once, in
    /// bounded memory and without a long transaction.
    ///
    /// - Throws: ``StoreError`` if the log can't be read; what is wrong with its content is in the report.
    public func verify(_ request: VerificationRequest = VerificationRequest()) async throws(StoreError)
        -> VerificationReport
    {
        try await state.readWithoutTransaction("the audit log was being verified") { [plan = state.plan] db in
            try LogVerifier.verify(request, plan, in: db)
        }
    }
}
