import GRDB

/// The schema of a state database: the steps of all its components, version by version.
package struct SchemaPlan: Sendable {
    /// `PRAGMA application_id`: "PODA".
    package static let applicationID: Int32 = 0x504F_4441

    /// The components, in the order in which their tables are made.
    package let components: [any StateComponent]

    package init(_ components: [any StateComponent]) {
        self.components = components
    }

    /// The version that this agent reads and writes.
    package var currentVersion: Int {
        max(RowCounts.version, components.flatMap(\.steps).map(\.version).max() ?? 0)
    }

    /// The tables whose rows are counted.
    package var countedTables: [CountedTable] { components.flatMap(\.countedTables) }

    /// Brings a file from the version before to `version`. To be run in a transaction.
    package func run(_ version: Int, in db: Database) throws {
        let steps = components.flatMap(\.steps).filter { $0.version == version }
        for step in steps { try step.make(db) }
        for step in steps.reversed() { try step.finish?(db) }
        if version == RowCounts.version { try RowCounts.make(countedTables, in: db) }
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }
}
