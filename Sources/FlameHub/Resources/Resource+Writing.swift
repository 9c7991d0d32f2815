// SPDX-License-Identifier: Apache-2.0

import Foundation
import StrictJSON

extension Resource where Record: Creatable {
    /// Creates a record: `core.nodes.create(.init(name: "my-node")) { $0.hidden = true }`.
    ///
    /// - Parameters:
    ///   - draft: What the Hub must be told.
    ///   - configure: Sets what it may be told.
    /// - Returns: The record as the Hub stored it. It lower-cases many names and fills in what was left out.
    @discardableResult
    public func create(
        _ draft: Record.Draft,
        _ configure: (inout Record.Draft) -> Void = { _ in }
    ) async throws(FlameHubError) -> Record {
        var draft = draft
        configure(&draft)
        return try record(try await insert(RecordWriter.fields(draft)))
    }

    /// Creates a record of these fields, named as they are on the wire in their newest spelling.
    func insert(_ fields: JSONObject) async throws(FlameHubError) -> ResourceRow<Record> {
        let body = RowModernizer.body(fields, for: Record.self, server: try await access.profile())
        let response = try await access.send(.post(Record.collection, body, mayRepeat: false))
        return ResourceRow(.object(try access.reader.object(response)))
    }
}

extension Resource where Record: Updatable {
    /// Changes a record.
    ///
    /// Only the fields that are set are sent. The reply is compared with them, because the Hub answers success also
    /// when it drops a field.
    ///
    /// - Returns: The whole record as it is now.
    /// - Throws: ``FlameHubError/Code/changeIgnored`` if a field is not what it was set to;
    ///   ``FlameHubError/Code/notFound`` if there is no such record.
    @discardableResult
    public func update(_ id: HubID<Record>, _ changes: Record.Changes) async throws(FlameHubError) -> Record {
        try record(try await change(id, RecordWriter.fields(changes)))
    }

    /// Changes these fields, named as they are on the wire in their newest spelling.
    ///
    /// - Parameter decisive: The fields by which the change is judged; all of them if it is `nil`.
    func change(
        _ id: HubID<Record>,
        _ fields: JSONObject,
        judgedBy decisive: Set<String>? = nil
    ) async throws(FlameHubError) -> ResourceRow<Record> {
        let body = RowModernizer.body(fields, for: Record.self, server: try await access.profile())
        let response = try await access.send(.post(path(id), body, mayRepeat: true))
        let row = ResourceRow<Record>(.object(try access.reader.object(response)))
        guard try record(row).id == id else {
            throw access.reader.malformed("is about another record than the one changed")
        }
        for (name, value) in fields where decisive?.contains(name) ?? !Record.fieldsTheHubRewrites.contains(name) {
            guard let fault = WriteVerdict(stored: row.raw.objectValue?[name], sent: value).fault else { continue }
            var error = FlameHubError(.changeIgnored, "The \(access.service) service \(fault(name)).")
            error.service = access.service
            error.path = path(id)
            throw error
        }
        return row
    }
}

/// What a reply says about a field that was sent, because the Hub answers success also when it drops one.
enum WriteVerdict: Equatable {
    case taken
    /// The field came back with another value.
    case left
    /// The field did not come back, so that nobody knows.
    case silent

    init(stored: JSONValue?, sent: JSONValue) {
        guard let stored else {
            self = .silent
            return
        }
        self = Self.isTaken(stored, sent) ? .taken : .left
    }

    /// What the service did, for people; `nil` if it took the field.
    var fault: ((String) -> String)? {
        switch self {
        case .taken: nil
        case .left: { "left the field \($0) as it was" }
        case .silent: { "did not say whether it took the field \($0)" }
        }
    }

    /// Texts come back as they were sent, or names trimmed and in lower case. Lists come back with more in their elements, but
    /// not shorter (flame-hub-differences.md, Y7).
    private static func isTaken(_ stored: JSONValue, _ sent: JSONValue) -> Bool {
        if stored == sent { return true }
        switch (stored, sent) {
        case (.string(let stored), .string(let sent)):
            return stored.lowercased() == sent.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        case (.array(let stored), .array(let sent)): return stored.count == sent.count
        case (.null, .array(let sent)): return sent.isEmpty
        default: return stored.numberValue.map { $0 == sent.numberValue } ?? false
        }
    }
}

extension Resource where Record: Updatable {
    /// Changes a record: `core.nodes.update(id) { $0.hidden = true }`.
    @discardableResult
    public func update(
        _ id: HubID<Record>,
        _ change: (inout Record.Changes) -> Void
    ) async throws(FlameHubError) -> Record {
        var changes = Record.Changes()
        change(&changes)
        return try await update(id, changes)
    }
}

extension Resource where Record: Deletable {
    /// Deletes a record.
    ///
    /// - Throws: ``FlameHubError/Code/notFound`` if there is no such record.
    public func delete(_ id: HubID<Record>) async throws(FlameHubError) {
        _ = try await access.send(.delete(path(id)))
    }
}
