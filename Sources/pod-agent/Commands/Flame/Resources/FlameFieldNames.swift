import FlameHub

/// The fields that a body may have.
protocol FlameFieldNames: SendableMetatype {
    /// Their wire names.
    static var names: [String] { get }
}

/// The fields of a creation.
enum FlameCreationFields<Record: Creatable>: FlameFieldNames {
    static var names: [String] { Resource<Record>.creationFields }
}

/// The fields of a change.
enum FlameChangeableFields<Record: Updatable>: FlameFieldNames {
    static var names: [String] { Resource<Record>.changeableFields }
}
