import ArgumentParser
import Bitfount

/// `pod-agent hub projects list`
struct HubProjectsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Your projects, a page at a time."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "At most so many.")
    var limit = 12

    @Option(help: "Leave out so many at the beginning.")
    var offset = 0

    private static let fields: [Field<Project>] = [
        Field("id") { $0.id },
        Field("name") { $0.name },
        Field("role") { $0.role },
        Field("status") { $0.status },
        Field("demo", inTable: false) { $0.isDemo },
        Field("createdAt", inTable: false) { $0.createdAt },
        Field("updatedAt", inTable: false) { $0.updatedAt },
        Field("datasets") {
            $0.linkedDatasets?.map { [$0.ownerUsername, $0.name].compactMap(\.self).joined(separator: "/") }
        },
    ]

    func validate() throws {
        guard limit > 0, offset >= 0 else { throw ValidationError("--limit is at least 1, --offset at least 0") }
    }

    func run() async throws {
        try await common.withServices { services in
            let page = try await services.hub.projects(limit: limit, offset: offset)
            try result.show(list: page.projects, Self.fields)
            let shown = offset + page.projects.count
            if shown < page.total { StandardError.write("\(page.total - shown) more; --offset \(shown) shows them") }
        }
    }
}
