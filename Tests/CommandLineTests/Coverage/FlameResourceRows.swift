// SPDX-License-Identifier: Apache-2.0

/// The rows of one resource of the FLAME Hub: its operations follow from what can be done with it.
struct FlameResourceRows: Sendable {
    /// One record's and several records' names in the Python package.
    let one: String
    let several: String
    /// The resource in Swift, such as `core.nodes`.
    let property: String
    /// The last part of its path.
    let collection: String
    /// The operations besides reading: `c`reate, `u`pdate, `d`elete.
    let operations: String
    /// The command that lists it.
    let listing: String

    init(_ one: String, _ several: String, _ property: String, _ collection: String, _ operations: String = "cud") {
        self.one = one
        self.several = several
        self.property = property
        self.collection = collection
        self.operations = operations
        listing = collection == "analyses" ? "find" : "list"
    }

    var rows: [CoverageTable.Row] {
        var rows = [
            row(
                "get_\(several)`, `find_\(several)",
                "GET /\(collection)",
                [
                    "Resource.find(filter:sort:page:include:fields:)", "Resource.all(filter:sort:include:fields:)",
                    "Resource.rows(filter:sort:include:fields:)", "Resource.count(filter:)",
                ],
                listing
            ),
            row(
                "get_\(one)",
                "GET /\(collection)/{id}",
                ["Resource.get(_:include:fields:)", "Resource.row(_:include:fields:)"],
                "get"
            ),
        ]
        if operations.contains("c") {
            rows.append(
                row(
                    "create_\(one)",
                    "POST /\(collection)",
                    ["Resource.create(_:_:)", "Resource.create(fields:)"],
                    "create"
                )
            )
        }
        if operations.contains("u") {
            rows.append(
                row(
                    "update_\(one)",
                    "POST /\(collection)/{id}",
                    ["Resource.update(_:_:)", "Resource.update(_:fields:judgedBy:)"],
                    "update"
                )
            )
        }
        if operations.contains("d") {
            rows.append(row("delete_\(one)", "DELETE /\(collection)/{id}", ["Resource.delete(_:)"], "delete"))
        }
        return rows
    }

    private func row(_ method: String, _ request: String, _ swift: [String], _ verb: String) -> CoverageTable.Row {
        CoverageTable.Row(
            method: method,
            request: "`\(request)`",
            swift: swift,
            command: "flame \(collection) \(verb)",
            note: "`\(property)`"
        )
    }
}
