// SPDX-License-Identifier: Apache-2.0

/// All that the Hub knows.
struct FlameState: Sendable {
    let release: FlameRelease
    private(set) var tables: [String: FlameTable]
    /// The permissions that the Hub itself gave to clients and robots, by the id of their record.
    var grants: [String: Set<String>] = [:]
    var tokens = FlameTokens()
    var logs = FlameLogs()
    /// The bytes of files by the id of their record.
    var files: [String: StoredBytes] = [:]
    /// What the Hub's workers have yet to do.
    var jobs: [FlameJob] = []
    var switches = FlameSwitches()
    private var lastTime: Int64 = 0

    init(_ release: FlameRelease) {
        self.release = release
        tables = FlameSchema.resources(of: release).mapValues(FlameTable.init)
    }

    /// The collection with that name.
    func table(_ name: String) -> FlameTable? { tables[name] }

    func row(_ collection: String, _ id: String?) -> FlameRow? {
        id.flatMap { tables[collection]?[$0] }
    }

    func rows(_ collection: String, _ field: String, _ value: JSONValue) -> [FlameRow] {
        tables[collection]?.rows(field, value) ?? []
    }

    func rows(_ collection: String, _ field: String, _ id: String) -> [FlameRow] {
        rows(collection, field, .string(id))
    }

    /// The time, which never goes back.
    mutating func now() -> Int64 {
        lastTime = max(lastTime, FlameTime.now())
        return lastTime
    }

    /// Makes a record; fields without a value get their standard one, and those that the release does not have none.
    ///
    /// - Parameter time: When it is said to have been made and changed; now if left out.
    @discardableResult
    mutating func insert(_ collection: String, _ values: [String: JSONValue], time: Int64? = nil) -> FlameRow {
        let known = tables[collection]?.resource
        var values = values.filter { known?.field($0.key) != nil || $0.key == "id" }
        let id = values.removeValue(forKey: "id")?.stringValue ?? SandboxIDs.uuid()
        for field in known?.fields ?? [] where field.standard != .null && values[field.name] == nil {
            values[field.name] = field.standard
        }
        let time = time ?? now()
        let row = FlameRow(id: id, createdAt: time, updatedAt: time, values: values)
        tables[collection]?.insert(row)
        return row
    }

    /// Changes a record; its time of change moves only if a value differs.
    @discardableResult
    mutating func change(_ collection: String, _ id: String, _ values: [String: JSONValue]) -> FlameRow? {
        guard var row = tables[collection]?[id] else { return nil }
        let known = tables[collection]?.resource
        let changes = values.filter { known?.field($0.key) != nil && row[$0.key] != $0.value }
        guard !changes.isEmpty else { return row }
        row.values.merge(changes) { $1 }
        row.updatedAt = now()
        tables[collection]?.replace(row)
        return row
    }

    /// Deletes a record and, like the database, those that can't be without it.
    mutating func delete(_ collection: String, _ id: String) {
        guard let resource = tables[collection]?.resource, tables[collection]?[id] != nil else { return }
        for dependent in FlameSchema.dependents(of: collection) {
            for row in rows(dependent.collection, dependent.field, id) {
                if dependent.isOptional {
                    change(dependent.collection, row.id, [dependent.field: .null])
                } else {
                    delete(dependent.collection, row.id)
                }
            }
        }
        guard let row = tables[collection]?[id] else { return }
        tables[collection]?.remove(id)
        resource.rules.deleted(&self, row)
    }
}
