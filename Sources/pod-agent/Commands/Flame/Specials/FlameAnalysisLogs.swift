import ArgumentParser
import FlameHub

/// `pod-agent flame analysis-logs`
struct FlameAnalysisLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analysis-logs",
        abstract: "What the Hub logged about analyses.",
        subcommands: [List.self, Delete.self]
    )

    /// `pod-agent flame analysis-logs list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The lines of an analysis, newest first.")

        @OptionGroup var flame: FlameOptions
        @OptionGroup var result: ResultOptions
        @OptionGroup var lines: FlameLogLines

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        func run() async throws {
            try await flame.withHub { session in
                let found = try await session.core.analysisLogs.find(
                    analysis: analysis,
                    level: lines.level,
                    page: PageRequest(limit: lines.limit, offset: lines.offset)
                )
                try result.show(list: found, FlameLogLines.fields)
            }
        }
    }

    /// `pod-agent flame analysis-logs delete`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete all lines of an analysis.")

        @OptionGroup var flame: FlameOptions

        @Argument(help: "The id of the analysis.")
        var analysis: HubID<Analysis>

        func run() async throws {
            try await flame.withHub { session in
                try await session.core.analysisLogs.deleteAll(analysis: analysis)
                print("deleted the log of \(analysis)")
            }
        }
    }
}
