// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FlameHub

/// `pod-agent flame analyses command`
struct FlameAnalysisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command",
        abstract: "Tell an analysis to do something at the Hub."
    )

    @OptionGroup var flame: FlameOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The id of the analysis.")
    var id: HubID<Analysis>

    @Argument(help: "What it is to do.")
    var command: AnalysisCommand

    func run() async throws {
        try await flame.withHub { session in
            let analysis = try await session.core.analyses.send(command, to: id)
            let fields: [Field<Analysis>] = [
                Field("id") { $0.id.text },
                Field("configuration_locked") { $0.configurationLocked },
                Field("build_status") { $0.buildStatus?.rawValue },
                Field("distribution_status") { $0.distributionStatus?.rawValue },
                Field("execution_status") { $0.executionStatus?.rawValue },
            ]
            try result.show(analysis, fields)
        }
    }
}

/// `pod-agent flame registries command`
struct FlameRegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "command",
        abstract: "Tell a registry to do something."
    )

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The registry's id.")
    var id: HubID<Registry>

    @Argument(help: "What it is to do.")
    var command: RegistryCommand

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.registries.send(command, to: id)
            StandardOutput.write("told \(id) to \(command.rawValue)")
        }
    }
}

/// `pod-agent flame master-images build`
struct FlameMasterImagesBuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "build", abstract: "Have the Hub build an image.")

    @OptionGroup var flame: FlameOptions

    @Argument(help: "The image's id.")
    var id: HubID<MasterImage>

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.masterImages.build(id)
            StandardOutput.write("the Hub builds \(id)")
        }
    }
}

/// `pod-agent flame master-images sync`
struct FlameMasterImagesSync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sync", abstract: "Have the Hub read its images anew.")

    @OptionGroup var flame: FlameOptions

    func run() async throws {
        try await flame.withHub { session in
            try await session.core.masterImages.sync()
            StandardOutput.write("the Hub reads its images")
        }
    }
}
