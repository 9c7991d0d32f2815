import StateStore
import Foundation
import GRDB

/// Compares the salts that are kept with the salted hashes in the entries. A salt that is missing was forgotten.
struct SaltVerifier {
    let db: Database
    /// The salts of archived entries are gone with them.
    let firstEntry: Int64

    func verify(_ findings: inout FindingList) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: "SELECT salt.seq, salt, name, body FROM salt LEFT JOIN entry ON entry.seq = salt.seq ORDER BY salt.seq"
        )
        while let row = try rows.next() {
            let salted = SaltedName(salt: Array(row["salt"] as Data), name: row["name"])
            let agrees = try row.withUnsafeData(named: "body") { body in
                (body ?? Data()).withUnsafeBytes { line in
                    LineFields(line)?[.modeller]?.elementsEqual(salted.text.utf8) ?? false
                }
            }
            if !agrees { findings.add(.salt, row["seq"], "The name and the salt don't lead to the hash in the entry.") }
        }
    }
}
