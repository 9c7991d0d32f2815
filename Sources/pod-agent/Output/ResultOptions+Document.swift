import Bitfount

extension ResultOptions {
    /// Prints a document whose fields are not known: a line for each member at the top, or all of it as JSON.
    func show(_ document: JSONValue) throws {
        switch output {
        case .json: print(try JSON.text(document))
        case .table:
            let members = document.objectValue ?? [:]
            try show(
                members,
                members.keys.sorted().map { key in Field(key) { $0[key] } }
            )
        }
    }
}
