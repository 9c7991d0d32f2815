import Cryptography
import Foundation
import GRDB

/// A checksum over the columns of a row of the daemon's tables, so that verification finds a row that was damaged or
/// edited by hand. Entries need none: they are under the tree.
///
/// It is no signature. Who can run the agent's code can seal again.
enum RowSeal {
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

    /// The seal of a row of `inbox`; the payload itself is under `payload_sha256`.
    static let inbox = """
        row_seal(id, receipt_handle, mailbox_id, task_id, sender, payload IS NULL, payload_sha256, received_ms,
            acknowledged, state, done_seq, done_ms)
        """

    /// The seal of a row of `task`.
    static let task = "row_seal(inbox_id, task_id, target, request_sha256, received_seq)"

    /// The seal of a row of `former_task`.
    static let formerTask = "row_seal(request_sha256, task_id, target)"

    /// The seal of a row of `archive`.
    static let archive = "row_seal(first, end, directory, sha256)"

    /// The seal of a row of `outbox`.
    static let outbox = "row_seal(id, inbox_id, reply, state, attempts, next_attempt_ms)"

    /// The seal of the row of `tally`.
    static let tally = "row_seal(id, \(TallyTable.Counted.allCases.map(\.rawValue).joined(separator: ", ")))"

    /// The seal of a row of `flame_row`.
    static let flameRow = "row_seal(kind, id, parent, approval, execution, standing, updated_at, raw, fault)"

    /// The seal of a row of `flame_state`.
    static let flameState = "row_seal(key, value)"

    /// The seal of a row of `flame_outbox`.
    static let flameOutbox = "row_seal(id, target, body)"

    /// The seal of a row of `flame_consent`.
    static let flameConsent = "row_seal(kind, id, is_granted, by, at_ms)"

    /// The seal of a row of `flame_run`.
    static let flameRun = "row_seal(id, is_running, body)"
}
