// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import FlameHub
import StrictJSON

/// `pod-agent flame RESOURCE list`
struct FlameList<Collection: FlameCollection>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Collection.Record.self == Analysis.self ? "find" : "list",
            abstract: "The records that match.",
            discussion: """
                Filters are a field, an equals sign and a value in the Hub's words: name=x, name=~x, name=!x, name=a,b, \
                approvalStatus=null, name=<x. All of them must hold. A backslash makes a comma or an operator's sign a part of \
                the value: name=a\\,b. Fields to filter by: \(Collection.Record.filterKeys.joined(separator: ", ")). A row that \
                does not match is an error, because the Hub drops what it does not understand; what this Hub is known to drop is \
                filtered here. A list that can't be shown to be complete ends with exit code 75.
                """
        )
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "A condition, such as name=~my-node; may be repeated.")
    var filter: [String] = []

    @Option(parsing: .unconditional, help: "The field to sort by; with a minus in front, largest first.")
    var sort: String?

    @Option(help: "At most so many.")
    var limit = 50

    @Option(help: "Skip so many.")
    var offset = 0

    @Flag(help: "All that match, page by page.")
    var all = false

    @OptionGroup var fields: FlameFieldOptions

    func validate() throws {
        guard limit > 0, offset >= 0 else { throw ValidationError("--limit must be above zero, --offset not below") }
        guard !all || offset == 0 else { throw ValidationError("--all begins at the start; leave out --offset") }
    }

    func run() async throws {
        try await flame.withHub { session in
            let resource = Collection.resource(session)
            var conditions: Filter<Collection.Record>?
            for text in filter {
                let condition = try Filter<Collection.Record>(text: text)
                conditions = conditions.map { $0 && condition } ?? condition
            }
            let order = try sort.map { text in
                guard let order = Sort<Collection.Record>(text) else {
                    throw AgentFailure(.usage, "\(Collection.Record.collection) can't be sorted by \(text)")
                }
                return order
            }
            let include = try fields.included(Collection.Record.self)
            let extra = fields.extra(Collection.Record.self)
            let columns = Collection.columns.map { name in Field<JSONValue>(name) { $0.objectValue?[name] } }
            var writer = result.list(columns, record: \.text)
            do {
                var left = all ? Int.max : limit
                if !all, limit <= PageRequest.maximumLimit - offset {
                    let page = PageRequest(limit: limit, offset: offset)
                    let sort = order ?? Collection.Record.walkingOrder
                    let found = try await resource.find(
                        filter: conditions,
                        sort: sort,
                        page: page,
                        include: include,
                        fields: extra
                    )
                    for row in found.rows { try writer.write(row.raw) }
                } else {
                    var skipped = 0
                    for try await row in resource.rows(filter: conditions, sort: order, include: include, fields: extra)
                    {
                        if skipped < offset {
                            skipped += 1
                            continue
                        }
                        try writer.write(row.raw)
                        left -= 1
                        if left == 0 { break }
                    }
                }
            } catch {
                // What came is shown; the error says that it is not all.
                writer.finish()
                throw error
            }
            writer.finish()
        }
    }
}

/// `pod-agent flame RESOURCE get`
struct FlameGet<Collection: FlameCollection>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "get", abstract: "One record.", discussion: "Exits with 66 if there is none.")
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    @OptionGroup var fields: FlameFieldOptions

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let row = try await Collection.resource(session).row(
                id,
                include: fields.included(Collection.Record.self),
                fields: fields.extra(Collection.Record.self)
            )
            let found = try row.orUnknown("\(Collection.Record.collection) \(id)")
            if let secret = found.secret { try file?.write(Array(secret.utf8)) }
            try result.show(record: found.raw)
        }
    }
}

/// `pod-agent flame RESOURCE create`
struct FlameCreate<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Creatable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "create", abstract: "Create a record.")
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile
    @OptionGroup var assignments: FlameAssignments<FlameCreationFields<Collection.Record>>

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let row = try await Collection.resource(session).create(fields: assignments.fields())
            if let secret = row.secret { try file?.write(Array(secret.utf8)) }
            try result.show(record: row.raw)
        }
    }
}

/// `pod-agent flame RESOURCE update`
struct FlameUpdate<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Updatable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "update",
            abstract: "Change a record.",
            discussion: "Only the fields that are named change."
        )
    }

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions
    @OptionGroup var secretFile: FlameSecretFile

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    @OptionGroup var assignments: FlameAssignments<FlameChangeableFields<Collection.Record>>

    func run() async throws {
        try await flame.withHub { session in
            let file = try secretFile.prepare()
            let row = try await Collection.resource(session).update(id, fields: assignments.fields())
            if let secret = row.secret { try file?.write(Array(secret.utf8)) }
            try result.show(record: row.raw)
        }
    }
}

/// `pod-agent flame RESOURCE delete`
struct FlameDelete<Collection: FlameCollection>: AsyncParsableCommand where Collection.Record: Deletable {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "delete", abstract: "Delete a record.")
    }

    @OptionGroup var flame: FlameOptions

    @Argument(help: "Its id.")
    var id: HubID<Collection.Record>

    func run() async throws {
        try await flame.withHub { session in
            try await Collection.resource(session).delete(id)
            StandardOutput.write("deleted \(id)")
        }
    }
}
