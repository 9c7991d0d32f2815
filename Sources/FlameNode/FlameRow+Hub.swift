// SPDX-License-Identifier: Apache-2.0

import AuditLog
import Cryptography
public import FlameHub
import Foundation
import StrictJSON

/// A record that is mirrored.
protocol MirroredRecord: HubRecord {
    /// What its rows are about.
    static var rowKind: FlameRow.Kind { get }
    /// The field that names the project or the analysis of a part.
    static var parentField: String? { get }
    /// The fields that hold embedded records, with what those are about; `nil` for those that are not kept.
    static var embedded: [String: FlameRow.Kind?] { get }
}

extension Node: MirroredRecord {
    static var rowKind: FlameRow.Kind { .node }
    static var parentField: String? { nil }
    static var embedded: [String: FlameRow.Kind?] { [:] }
}

extension ProjectNode: MirroredRecord {
    static var rowKind: FlameRow.Kind { .projectNode }
    static var parentField: String? { "projectId" }
    static var embedded: [String: FlameRow.Kind?] { ["project": .project, "node": nil] }
}

extension AnalysisNode: MirroredRecord {
    static var rowKind: FlameRow.Kind { .analysisNode }
    static var parentField: String? { "analysisId" }
    static var embedded: [String: FlameRow.Kind?] { ["analysis": .analysis, "node": nil] }
}

extension FlameRow {
    /// The row as the mirror keeps it, and the rows that are embedded in it.
    ///
    /// Everything is read from the text of the row, so that one that does not fit the model is kept too.
    static func mirrored<Record: MirroredRecord>(_ row: ResourceRow<Record>) -> [FlameRow] {
        guard case .object(var fields) = row.raw else {
            return [unidentified(Record.rowKind, row.raw, row.fault)]
        }
        var rows: [FlameRow] = []
        for (name, kind) in Record.embedded {
            guard let value = fields.removeValue(forKey: name), let kind, let part = value.objectValue,
                let id = part["id"]?.stringValue
            else { continue }
            var embedded = FlameRow(Key(kind, normalized(id)), standing: .context, raw: value.text)
            embedded.updatedAt = part["updatedAt"]?.stringValue
            embedded.parent = part["projectId"]?.stringValue.map(normalized)
            rows.append(embedded)
        }
        let raw = JSONValue.object(fields)
        guard let id = fields["id"]?.stringValue.map(normalized) else {
            return rows + [unidentified(Record.rowKind, raw, row.fault)]
        }
        var own = FlameRow(Key(Record.rowKind, id), standing: .closed, raw: raw.text)
        own.parent = Record.parentField.flatMap { fields[$0]?.stringValue.map(normalized) }
        own.approval = fields["approvalStatus"]?.stringValue
        own.execution = fields["executionStatus"]?.stringValue
        own.updatedAt = fields["updatedAt"]?.stringValue
        own.fault = row.fault
        own.standing = standing(own)
        return [own] + rows
    }

    /// An id in the one form in which ids are compared: that of a UUID, else in lower case.
    static func normalized(_ id: String) -> String {
        UUID(uuidString: id)?.uuidString.lowercased() ?? id.lowercased()
    }

    /// A row without an id is known by its content.
    private static func unidentified(_ kind: Kind, _ raw: JSONValue, _ fault: String?) -> FlameRow {
        let text = raw.text
        var row = FlameRow(
            Key(kind, "unidentified:\(Hex.encode(SHA256.hash(Array(text.utf8))))"),
            standing: .closed,
            raw: text
        )
        row.fault = fault ?? "The row has no id."
        return row
    }

    private static func standing(_ row: FlameRow) -> Standing {
        guard row.key.kind == .projectNode || row.key.kind == .analysisNode else { return .context }
        guard row.fault == nil else { return .closed }
        guard let approval = row.approval else { return .pending }
        guard row.key.kind == .analysisNode, approval == ApprovalStatus.approved.rawValue else { return .closed }
        let isActive = row.execution.map { ProcessStatus(rawValue: $0).isActive } ?? true
        return isActive ? .active : .closed
    }
}

extension FlameRow {
    /// The project or the analysis that a part is in; `nil` for everything else.
    var whole: Key? {
        switch key.kind {
        case .projectNode: parent.map { Key(.project, $0) }
        case .analysisNode: parent.map { Key(.analysis, $0) }
        case .node, .project, .analysis: nil
        }
    }

    /// The record of a stored row; `nil` if it does not fit.
    func record<Record: HubRecord>(_ type: Record.Type, embedding parts: [String: FlameRow] = [:]) -> Record? {
        guard case .object(var fields)? = try? JSONValue(parsing: raw.utf8) else { return nil }
        for (name, part) in parts { fields[name] = try? JSONValue(parsing: part.raw.utf8) }
        return ResourceRow<Record>(.object(fields)).record
    }
}
