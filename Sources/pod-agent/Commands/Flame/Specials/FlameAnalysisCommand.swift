import ArgumentParser
import FlameHub

extension AnalysisCommand: ExpressibleByArgument {}
extension RegistryCommand: ExpressibleByArgument {}
extension LogLevel: ExpressibleByArgument {
    /// Reads a level; `nil` if there is no such one.
    public init?(argument: String) {
        self.init(rawValue: argument)
        guard isKnown else { return nil }
    }
}

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
                Field("configurationLocked") { $0.configurationLocked },
                Field("buildStatus") { $0.buildStatus?.rawValue },
                Field("distributionStatus") { $0.distributionStatus?.rawValue },
                Field("executionStatus") { $0.executionStatus?.rawValue },
            ]
            try result.show(analysis, fields)
        }
    }
}
