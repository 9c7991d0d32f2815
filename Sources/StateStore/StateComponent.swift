// SPDX-License-Identifier: Apache-2.0

package import GRDB

/// What a feature keeps in the state database: its tables, how they came to be, and how they are verified.
///
/// All features of an agent share one file, so that what one of them changes and the entry that tells of it become
/// durable in one transaction.
package protocol StateComponent: Sendable {
    /// The steps that made the feature's tables, in the order of their versions.
    var steps: [SchemaStep] { get }
    /// The tables of which each row has a checksum in its column `seal`.
    var checkedTables: [CheckedTable] { get }
    /// The tables whose rows are counted, since nothing else would show that one was removed.
    var countedTables: [CountedTable] { get }

    /// Compares what the tables hold with itself and with the audit log. Checksums and counts are looked at already.
    func verify(in db: Database, _ findings: inout FindingList) throws

    /// Reads from a damaged file what must not be lost with it.
    ///
    /// - Returns: What puts it into the new file and says how many rows those were; `nil` if there is nothing.
    func salvage(from damaged: DamagedState) -> (@Sendable (Database) throws -> Int)?

    /// Deletes a person's name and what came from that person, as far as no proof needs it.
    ///
    /// - Returns: How many rows were changed.
    func forget(_ name: String, in db: Database) throws -> Int
}

extension StateComponent {
    package func verify(in db: Database, _ findings: inout FindingList) throws {}
    package func salvage(from damaged: DamagedState) -> (@Sendable (Database) throws -> Int)? { nil }
    package func forget(_ name: String, in db: Database) throws -> Int { 0 }
}

/// What one feature does to bring its tables to a version. Versions are numbers of the whole file: each belongs to one
/// release, and the features that changed something in it share the number.
package struct SchemaStep: Sendable {
    /// The version that the step leads to, from 1.
    package let version: Int
    /// Makes and fills tables; in the order of the components.
    package let make: @Sendable (Database) throws -> Void
    /// Removes what is no longer needed, in the opposite order, so that nothing refers to it any more.
    package let finish: (@Sendable (Database) throws -> Void)?

    package init(
        _ version: Int,
        make: @escaping @Sendable (Database) throws -> Void,
        finish: (@Sendable (Database) throws -> Void)? = nil
    ) {
        self.version = version
        self.make = make
        self.finish = finish
    }

    /// A step that is one piece of SQL.
    package init(_ version: Int, _ sql: String) {
        self.init(version, make: { try $0.execute(sql: sql) })
    }
}

/// A table whose rows have checksums.
package struct CheckedTable: Sendable {
    /// How verification names a row.
    package enum RowName: Sendable {
        /// By a number, which becomes the finding's position.
        case number(String)
        /// By an SQL expression, whose text becomes a part of the message.
        case text(String)
    }

    /// The table.
    package let name: String
    /// The columns that the checksum covers, in its order.
    package let columns: String
    /// How verification names a row.
    package let rowName: RowName
    /// The part of the state that it belongs to.
    package let part: VerificationFinding.Part
    /// What verification says of a row that was changed; `nil` for the usual sentence.
    package let complaint: String?

    package init(
        _ name: String,
        columns: String,
        rowName: RowName,
        part: VerificationFinding.Part,
        complaint: String? = nil
    ) {
        self.name = name
        self.columns = columns
        self.rowName = rowName
        self.part = part
        self.complaint = complaint
    }

    /// The SQL expression of a row's checksum.
    package var checksum: String { "row_seal(\(columns))" }
}

/// A table whose rows are counted.
package struct CountedTable: Sendable {
    /// The table.
    package let name: String
    /// The part of the state that it belongs to.
    package let part: VerificationFinding.Part

    package init(_ name: String, part: VerificationFinding.Part) {
        self.name = name
        self.part = part
    }
}

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
