// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import GRDB

/// A checksum over the columns of a row of a feature's tables, so that verification finds a row that was damaged or edited
/// by hand. Entries of the audit log need none: they are under its tree.
///
/// It is no signature. Whoever can run the agent's code can compute it again.
enum RowChecksum {
    /// `row_seal(value, …)`: SHA-256 over each value's type, length and bytes.
    static let function = DatabaseFunction("row_seal", pure: true) { values in
        var hasher = SHA256Hasher()
        for value in values {
            let (type, bytes): (UInt8, [UInt8]) =
                switch value.storage {
                case .null: (0, [])
                case .int64(let number): (1, withUnsafeBytes(of: number.littleEndian, Array.init))
                case .double(let number): (2, withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init))
                case .string(let text): (3, Array(text.utf8))
                case .blob(let data): (4, Array(data))
                }
            hasher.update([type] + withUnsafeBytes(of: UInt64(bytes.count).littleEndian, Array.init) + bytes)
        }
        return Data(hasher.finish())
    }

    /// Finds the rows of a table whose checksum is not theirs.
    static func verify(_ table: CheckedTable, in db: Database, _ findings: inout FindingList) throws {
        let condition = "seal <> \(table.checksum)"
        switch table.rowName {
        case .number(let column):
            let broken = try Int64.fetchCursor(db, sql: "SELECT \(column) FROM \(table.name) WHERE \(condition)")
            while let id = try broken.next() { findings.add(table.part, id, table.complaint ?? "The row was changed.") }
        case .text(let expression):
            let broken = try String.fetchCursor(
                db,
                sql: "SELECT CAST(\(expression) AS TEXT) FROM \(table.name) WHERE \(condition)"
            )
            while let name = try broken.next() {
                findings.add(table.part, nil, "The row '\(FindingList.quotable(name))' of \(table.name) was changed.")
            }
        }
    }
}
