import GRDB

/// The tables, as a list of steps that only goes forward.
enum StoreSchema {
    /// `PRAGMA application_id`: "PODA".
    static let applicationID: Int32 = 0x504F_4441

    /// A step of the schema, run in a transaction of its own.
    typealias Step = @Sendable (Database) throws -> Void

    /// Step `n` leads from version `n` to `n + 1`.
    static let steps: [Step] = [plainTables, provableLog, flameTables, evidence, sealedState]

    /// The version that this agent reads and writes.
    static var currentVersion: Int { steps.count }
}
