import AgentDaemon
import AuditLog
import Foundation

/// What an auditor brings along as files.
enum AuditFiles {
    /// A checkpoint, as a note or as the last line of a file anchor.
    static func checkpoint(_ path: String) throws -> SignedCheckpoint {
        struct AnchorLine: Decodable { let note: String }
        let bytes = try InputFile.bytes(path)
        if bytes.first == UInt8(ascii: "{"), let last = bytes.split(separator: 0x0A).last,
            let line = try? JSONDecoder().decode(AnchorLine.self, from: Data(last))
        {
            return try SignedCheckpoint(line.note.utf8)
        }
        do {
            return try SignedCheckpoint(bytes)
        } catch {
            throw AgentFailure(.data, "\(path) is not a checkpoint", underlying: error)
        }
    }

    /// A verifier key, as itself or as a file with it.
    static func key(_ text: String) throws -> NoteVerifierKey {
        if let key = try? NoteVerifierKey(text) { return key }
        let content = String(decoding: try InputFile.bytes(text), as: UTF8.self)
        do {
            return try NoteVerifierKey(content.trimmingCharacters(in: .whitespacesAndNewlines))
        } catch {
            throw AgentFailure(.data, "\(text) is neither a verifier key nor a file with one", underlying: error)
        }
    }
}
