// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// Creating and changing by the names of fields, for callers that learn the names only while they run, such as
/// a command line. Names may be in either spelling; unknown ones are refused, since the Hub drops them without a word.
extension Resource where Record: Creatable {
    /// The fields that a creation takes, by their wire names.
    public static var creationFields: [String] {
        Record.Draft.CodingKeys.allCases.map { FieldNaming.wireName(ofProperty: $0.stringValue) }
    }

    /// Creates a record.
    ///
    /// - Throws: ``FlameHubError/Code/invalidRequest`` for a field that there is not.
    public func create(fields: JSONObject) async throws(FlameHubError) -> ResourceRow<Record> {
        var fields = try FieldNames(Self.creationFields).checked(fields, for: Record.collection)
        for (name, value) in Record.creationDefaults where fields[name] == nil { fields[name] = value }
        return try await insert(fields)
    }
}

extension HubRecord {
    /// Whether a field holds text, so that `007` and `true` are texts, too. A field that no row shows, such as a password,
    /// does.
    ///
    /// - Parameter name: The field, in either spelling.
    public static func isText(field name: String) -> Bool {
        let name = FieldNaming.newest(name)
        return kind(of: name) == .text || !hasField(name)
    }
}

extension Resource where Record: Updatable {
    /// The fields that a change takes, by their wire names.
    public static var changeableFields: [String] {
        Mirror(reflecting: Record.Changes()).children.compactMap { $0.label.map(FieldNaming.wireName(ofProperty:)) }
    }

    /// Changes a record. A field that is given as null is emptied; one that is left out stays as it is.
    ///
    /// - Parameter decisive: The fields by which it is judged whether the Hub did it; all of them if it is `nil`.
    /// - Throws: ``FlameHubError/Code/invalidRequest`` for a field that there is not;
    ///   ``FlameHubError/Code/changeIgnored`` if the Hub left one as it was.
    public func update(
        _ id: HubID<Record>,
        fields: JSONObject,
        judgedBy decisive: Set<String>? = nil
    ) async throws(FlameHubError) -> ResourceRow<Record> {
        let checked = try FieldNames(Self.changeableFields).checked(fields, for: Record.collection)
        return try await change(id, checked, judgedBy: decisive)
    }
}

/// The fields that a body may have.
private struct FieldNames {
    let known: [String]

    init(_ known: [String]) {
        self.known = known
    }

    func checked(_ fields: JSONObject, for collection: String) throws(FlameHubError) -> JSONObject {
        var result = JSONObject()
        for (name, value) in fields {
            let newest = FieldNaming.newest(name)
            guard known.contains(newest) else {
                throw FlameHubError(
                    .invalidRequest,
                    "\(collection) has no field \(name) to be set; it has \(known.joined(separator: ", "))."
                )
            }
            result[newest] = value
        }
        return result
    }
}
