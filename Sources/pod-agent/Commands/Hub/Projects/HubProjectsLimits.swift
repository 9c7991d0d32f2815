import ArgumentParser
import Bitfount

/// `pod-agent hub projects limits`
struct HubProjectsLimits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "How much a project may use of its models, and has used.",
        discussion: "With --model: of this model, member by member. A limit of - is none."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's id.")
    var project: String

    @Option(help: "Only this model, such as owner/name:3.")
    var model: String?

    func run() async throws {
        try await common.withServices { services in
            if let model {
                let usage = try await services.hub.usageLimits(project: project, model: model)
                try result.show(list: usage.members, Self.memberFields)
            } else {
                try result.show(list: try await services.hub.usageLimits(project: project), UsageLimit.fields)
            }
        }
    }

    private static let memberFields: [Field<ModelUsage.Member>] =
        [Field("member") { $0.username }, Field("role") { $0.role }]
        + UsageLimit.fields.map { field in Field(field.key) { field.value($0.usage) } }
}

extension UsageLimit {
    /// What commands show of a limit. The pre-signed addresses are not for anybody's eyes.
    static let fields: [Field<UsageLimit>] = [
        Field("resource") { $0.resourceName },
        Field("resourceType", inTable: false) { $0.resourceType },
        Field("limit") { $0.limit },
        Field("used") { $0.totalUsage },
        Field("usedUp") { $0.isUsedUp },
    ]
}
