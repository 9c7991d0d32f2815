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
    func change(_ id: HubID<Record>, _ fields: JSONObject) async throws(FlameHubError) -> ResourceRow<Record> {
        let body = RowModernizer.body(fields, for: Record.self, server: try await access.profile())
        let response = try await access.send(.post(path(id), body, mayRepeat: true))
        let row = ResourceRow<Record>(.object(try access.reader.object(response)))
        guard try record(row).id == id else {
            throw access.reader.malformed("is about another record than the one changed")
        }
        for (name, value) in fields where !Self.took(row.raw.objectValue?[name], value) {
            guard !Record.fieldsTheHubRewrites.contains(name) else { continue }
            var error = FlameHubError(.changeIgnored, "The \(access.service) service left the field \(name) as it was.")
            error.service = access.service
            error.path = path(id)
            throw error
        }
        return row
    }

    /// Names come back in lower case; fields that don't come back, such as secrets, can't be compared.
    private static func took(_ stored: JSONValue?, _ sent: JSONValue) -> Bool {
        guard let stored else { return true }
        if case .string(let stored) = stored, case .string(let sent) = sent {
            return stored.lowercased() == sent.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        }
        if let stored = stored.numberValue, let sent = sent.numberValue { return stored == sent }
        if case .array = sent { return true }
        return stored == sent
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
