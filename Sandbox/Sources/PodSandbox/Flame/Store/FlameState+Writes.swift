// SPDX-License-Identifier: Apache-2.0

/// Writes as requests ask for them: checked, completed and followed by what the Hub does of itself
/// (flame-hub.md, 4.1).
extension FlameState {
    /// Makes a record from a request's body.
    mutating func create(
        _ body: [String: JSONValue],
        in resource: FlameResource,
        by actor: FlameActor
    ) throws(FlameRefusal) -> FlameRow {
        // Null means "not given" here, and keys that are not known are dropped.
        var values = try checked(body.filter { $0.value != .null }, resource, .create)
        let missing = resource.fields.filter { $0.isRequired && values[$0.name] == nil }
        guard missing.isEmpty else {
            throw .invalid(missing.map { FlameIssue("required", $0.name, "Invalid input: expected a value") })
        }
        try resource.rules.create(&self, &values, actor)
        if let existing = resource.rules.existing(self, values) { return existing }
        try checkReferences(values, resource)
        guard tables[resource.name]?.isTaken(values) == false else { throw .conflict }
        let row = insert(resource.name, values)
        resource.rules.created(&self, row, actor)
        return self.row(resource.name, row.id) ?? row
    }

    /// Changes a record as a request's body says: a key that is not there changes nothing.
    mutating func update(
        _ id: String,
        _ body: [String: JSONValue],
        in resource: FlameResource,
        by actor: FlameActor
    ) throws(FlameRefusal) -> FlameRow {
        var values = try checked(body, resource, .update)
        guard let old = row(resource.name, id) else { throw .notFound(resource.singular) }
        try resource.rules.update(&self, old, &values, actor)
        try checkReferences(values, resource)
        guard tables[resource.name]?.isTaken(old.values.merging(values) { $1 }, except: id) == false else {
            throw .conflict
        }
        guard let new = change(resource.name, id, values) else { throw .notFound(resource.singular) }
        resource.rules.updated(&self, old, new)
        return row(resource.name, id) ?? new
    }

    /// Deletes a record and answers it as it was.
    mutating func remove(
        _ id: String,
        from resource: FlameResource,
        by actor: FlameActor
    ) throws(FlameRefusal) -> FlameRow {
        guard let row = row(resource.name, id) else { throw .notFound(resource.singular) }
        try resource.rules.delete(&self, row, actor)
        delete(resource.name, id)
        return row
    }

    /// What of a body can be written, in its final form.
    func checked(
        _ body: [String: JSONValue],
        _ resource: FlameResource,
        _ access: FlameField.Access
    ) throws(FlameRefusal) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        var issues: [FlameIssue] = []
        for (wireName, value) in body {
            guard let name = resource.fieldName(wireName, release), let field = resource.field(name),
                field.access.contains(access)
            else { continue }
            if let accepted = field.accepted(release.isOld ? field.today(value) : value) {
                values[name] = accepted
            } else {
                issues.append(field.issue(for: value))
            }
        }
        guard issues.isEmpty else { throw .invalid(issues.sorted { $0.path < $1.path }) }
        return values
    }

    /// Refuses ids that point nowhere.
    private func checkReferences(_ values: [String: JSONValue], _ resource: FlameResource) throws(FlameRefusal) {
        for field in resource.fields {
            guard let target = field.target, let id = values[field.name]?.stringValue, row(target, id) == nil else {
                continue
            }
            throw FlameRefusal(400, "entity_relation_invalid", "The relation \(field.name) points to no record.")
        }
    }
}
