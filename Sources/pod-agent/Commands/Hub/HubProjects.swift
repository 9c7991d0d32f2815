// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount

/// `pod-agent hub projects`
struct HubProjects: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projects",
        abstract: "Projects, the datasets in them, and how much they may use.",
        subcommands: [
            HubProjectsList.self, HubProjectsCreate.self, HubProjectsName.self, HubProjectsAddDataset.self,
            HubProjectsLimits.self,
        ]
    )
}

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
        Field("created_at", inTable: false) { $0.createdAt },
        Field("updated_at", inTable: false) { $0.updatedAt },
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

/// `pod-agent hub projects create`
struct HubProjectsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a project of yours. Prints its id."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's name.")
    var name: String

    func run() async throws {
        try await common.withServices { services in
            let id = try await services.hub.createProject(name)
            try result.show(id, [Field("id") { $0 }])
        }
    }
}

/// `pod-agent hub projects name`
struct HubProjectsName: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "name",
        abstract: "The name of a project.",
        discussion: "Exits with 66 if the Hub does not know it."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's id.")
    var project: String

    func run() async throws {
        try await common.withServices { services in
            let name = try await services.hub.projectName(project).orUnknown("the project \(project)")
            try result.show(name, [Field("name") { $0 }])
        }
    }
}

/// `pod-agent hub projects add-dataset`
struct HubProjectsAddDataset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-dataset",
        abstract: "Add one of your datasets to a project."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The project's id.")
    var project: String

    @Argument(help: "The dataset's name, without its owner.")
    var dataset: String

    private static let fields: [Field<Self>] = [
        Field("project") { $0.project },
        Field("dataset") { $0.dataset },
    ]

    func run() async throws {
        try await common.withServices { services in
            try await services.hub.addDataset(dataset, toProject: project)
            try result.show(self, Self.fields)
        }
    }
}

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
        Field("resource_type", inTable: false) { $0.resourceType },
        Field("limit") { $0.limit },
        Field("used") { $0.totalUsage },
        Field("used_up") { $0.isUsedUp },
    ]
}
