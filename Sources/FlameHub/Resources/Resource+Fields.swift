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
        try await insert(FieldNames(Self.creationFields).checked(fields, for: Record.collection))
    }
}

extension Resource where Record: Updatable {
    /// The fields that a change takes, by their wire names.
    public static var changeableFields: [String] {
        Mirror(reflecting: Record.Changes()).children.compactMap { $0.label.map(FieldNaming.wireName(ofProperty:)) }
    }

    /// Changes a record. A field that is given as null is emptied; one that is left out stays as it is.
    ///
    /// - Throws: ``FlameHubError/Code/invalidRequest`` for a field that there is not;
    ///   ``FlameHubError/Code/changeIgnored`` if the Hub left one as it was.
    public func update(_ id: HubID<Record>, fields: JSONObject) async throws(FlameHubError) -> ResourceRow<Record> {
        try await change(id, FieldNames(Self.changeableFields).checked(fields, for: Record.collection))
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
