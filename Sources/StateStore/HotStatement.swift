// SPDX-License-Identifier: Apache-2.0

package import GRDB
import GRDBSQLite

/// A prepared statement for the few places where microseconds count: committing, recording an entry, and reading all
/// entries for verification. Everything else goes through GRDB.
///
/// Bound bytes are not copied: they must stay where they are until ``run()`` returned.
package final class HotStatement {
    private let statement: Statement
    private let raw: OpaquePointer

    package init(_ sql: String, in db: Database) throws {
        statement = try db.makeStatement(sql: sql)
        raw = statement.sqliteStatement
    }

    package func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(raw, index, value)
    }

    package func bind(text bytes: UnsafeRawBufferPointer, at index: Int32) {
        sqlite3_bind_text(
            raw,
            index,
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            Int32(bytes.count),
            nil
        )
    }

    package func bind(blob bytes: UnsafeRawBufferPointer, at index: Int32) {
        sqlite3_bind_blob(raw, index, bytes.baseAddress, Int32(bytes.count), nil)
    }

    /// Runs a statement that gives no rows.
    package func run() throws {
        let result = sqlite3_step(raw)
        sqlite3_reset(raw)
        guard result == SQLITE_DONE else { throw failure(result) }
    }

    /// Goes to the next row; false after the last one, when the statement is ready to be used again.
    package func next() throws -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(raw)
            return false
        case let result:
            sqlite3_reset(raw)
            throw failure(result)
        }
    }

    /// Leaves off before the last row.
    package func reset() {
        sqlite3_reset(raw)
    }

    package func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(raw, column)
    }

    /// The bytes of a text or blob; valid until the next step.
    package func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(raw, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column)))
    }

    private func failure(_ result: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: result),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(raw)))
        )
    }
}
