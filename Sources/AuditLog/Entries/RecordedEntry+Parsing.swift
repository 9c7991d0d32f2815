// SPDX-License-Identifier: Apache-2.0

import Foundation
import StateStore
import Timekeeping

extension RecordedEntry {
    /// Reads a stored line back.
    ///
    /// - Parameters:
    ///   - sequence: The number of the row that it was found in.
    ///   - body: The line.
    ///   - name: The name behind the salted hash in it, if it is known.
    /// - Throws: ``StoreError/Code/damaged`` if the line is not one that this version of the log writes, or says
    ///   another sequence number than the row it was found in.
    convenience init(sequence: Int64, body: [UInt8], name: String? = nil) throws(StoreError) {
        let line: Line
        do {
            line = try JSONDecoder().decode(Line.self, from: Data(body))
        } catch {
            // The decoder's error quotes the line, which strangers wrote parts of; it is not kept.
            throw StoreError(.damaged, "Entry \(sequence) of the audit log is not a line of the known format.")
        }
        guard line.seq == sequence, let at = ISO8601.milliseconds(line.at) else {
            throw StoreError(.damaged, "Entry \(sequence) of the audit log has the wrong number or time in it.")
        }
        self.init(
            sequence: sequence,
            id: line.id,
            at: ISO8601.date(milliseconds: at),
            boot: line.boot,
            monotonicNanoseconds: line.monotonicNanoseconds,
            entry: line.entry,
            body: body,
            knownModeller: name ?? line.entry.modeller
        )
    }

    private struct Line: Decodable {
        let seq: Int64
        let id: String
        let at: String
        let boot: String
        let monotonicNanoseconds: UInt64
        let entry: AuditEntry

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            guard EntryRecorder.formatVersions.contains(try fields.decode(Int.self, forKey: .v)) else {
                throw DecodingError.dataCorruptedError(forKey: .v, in: fields, debugDescription: "version")
            }
            seq = try fields.decode(Int64.self, forKey: .seq)
            id = try fields.decode(String.self, forKey: .id)
            at = try fields.decode(String.self, forKey: .at)
            boot = try fields.decode(String.self, forKey: .boot)
            monotonicNanoseconds = try fields.decode(UInt64.self, forKey: .monotonic)
            var entry = AuditEntry(try fields.decode(AuditEntryType.self, forKey: .type))
            entry.pod = try fields.decodeIfPresent(String.self, forKey: .pod)
            entry.dataset = try fields.decodeIfPresent(String.self, forKey: .dataset)
            entry.task = try fields.decodeIfPresent(String.self, forKey: .task)
            entry.project = try fields.decodeIfPresent(String.self, forKey: .project)
            entry.requestSHA256 = try fields.decodeIfPresent(String.self, forKey: .requestSHA256)
            entry.modeller = try fields.decodeIfPresent(String.self, forKey: .modeller)
            entry.method = try fields.decodeIfPresent(AuditEntry.Method.self, forKey: .method)
            entry.keyID = try fields.decodeIfPresent(String.self, forKey: .keyID)
            entry.protocolName = try fields.decodeIfPresent(String.self, forKey: .protocolName)
            entry.algorithms = try fields.decodeIfPresent([String].self, forKey: .algorithms)
            entry.protocolSHA256 = try fields.decodeIfPresent(String.self, forKey: .protocolSHA256)
            entry.accessManager = try fields.decodeIfPresent(AuditEntry.AccessManagerAnswer.self, forKey: .am)
            entry.policy = try fields.decodeIfPresent(AuditEntry.PolicyResult.self, forKey: .policy)
            entry.run = try fields.decodeIfPresent(AuditEntry.Run.self, forKey: .run)
            entry.approvals = try fields.decodeIfPresent([String].self, forKey: .approvals)
            entry.decision = try fields.decodeIfPresent(AuditEntry.Decision.self, forKey: .decision)
            entry.by = try fields.decodeIfPresent(AuditEntry.Authority.self, forKey: .by)
            entry.reason = try fields.decodeIfPresent(String.self, forKey: .reason)
            entry.agent = try fields.decodeIfPresent(String.self, forKey: .agent)
            entry.reference = try fields.decodeIfPresent(String.self, forKey: .reference)
            self.entry = entry
        }

        enum Key: String, CodingKey {
            case v, seq, id, at, boot, type, pod, dataset, task, project, modeller, method, algorithms, am, policy, run
            case approvals, decision, by, reason, agent
            case monotonic = "mono_ns"
            case requestSHA256 = "request_sha256"
            case keyID = "key_id"
            case protocolName = "protocol"
            case protocolSHA256 = "protocol_sha256"
            case reference = "ref"
        }
    }
}
