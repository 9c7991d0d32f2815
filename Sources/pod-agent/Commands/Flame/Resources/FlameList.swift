import FlameNode
import AgentDaemon
import ArgumentParser
import FlameHub

/// `pod-agent flame RESOURCE list`
struct FlameList<Collection: FlameCollection>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Collection.Record.self == Analysis.self ? "find" : "list",
            abstract: "The records that match.",
            discussion: """
                Filters are a field, an equals sign and a value in the Hub's words: name=x, name=~x, name=!x, name=a,b, \
                approvalStatus=null, createdAt=<x. All of them must hold. Fields to filter by: \
                \(Collection.Record.filterKeys.joined(separator: ", ")). A row that does not match is an error, because the \
                Hub drops what it does not understand.
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
            var printer = FlameRowPrinter(result.output, columns: Collection.columns)
            if all {
                for try await row in resource.rows(filter: conditions, sort: order, include: include, fields: extra) {
                    printer.print(row.raw)
                }
            } else {
                var isLast = false
                while printer.count < limit, !isLast {
                    let page = try await resource.find(
                        filter: conditions,
                        sort: order,
                        page: PageRequest(
                            limit: min(limit - printer.count, PageRequest.maximumLimit),
                            offset: offset + printer.count
                        ),
                        include: include,
                        fields: extra
                    )
                    for row in page.rows { printer.print(row.raw) }
                    isLast = page.isLast
                }
            }
            printer.finish()
        }
    }
}
