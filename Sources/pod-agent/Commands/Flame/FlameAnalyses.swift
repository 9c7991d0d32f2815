// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import FlameHub
import FlameNode

extension Field where Item == FlameAnalysisView {
    /// What is known of this node's part in an analysis.
    static var all: [Field<FlameAnalysisView>] {
        [
            Field("analysis") { $0.analysisID },
            Field("part") { $0.partID },
            Field("name") { $0.analysis?.name },
            Field("approval") { $0.part?.approvalStatus?.rawValue },
            Field("consent") { $0.hasConsent },
            Field("build") { $0.analysis?.buildStatus?.rawValue },
            Field("distribution") { $0.analysis?.distributionStatus?.rawValue },
            Field("status") { $0.part?.executionStatus?.rawValue },
            Field("progress") { $0.part?.executionProgress },
            Field("blocked_by") { view in view.blockers.map(\.rawValue) },
            Field("stop") { $0.stopReason },
            Field("fault", inTable: false) { $0.fault },
        ]
    }
}

/// `pod-agent flame analyses list`
struct FlameAnalysesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "This node's analyses, from the mirror, with what is in the way of a start.",
        discussion: "Those that may run or run, unless told otherwise. `find` asks the Hub for all of its analyses."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Flag(help: "Those that nobody decided about.")
    var pending = false

    @Flag(help: "Finished and refused ones too.")
    var all = false

    @Option(help: "At most so many.")
    var limit = 1_000

    func run() async throws {
        try await common.perform {
            let (_, views) = try Agent.flameReader(common.load())
            let standing: FlameRow.Standing? = all ? nil : pending ? .pending : .active
            try result.show(list: try await views.views(standing, limit: limit), Field.all)
        }
    }
}

/// `pod-agent flame analyses show`
struct FlameAnalysesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "One of this node's analyses, from the mirror."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Argument(help: "The id of the analysis, or of this node's part in it.")
    var id: String

    func run() async throws {
        try await common.perform {
            let (_, views) = try Agent.flameReader(common.load())
            guard let view = try await views.view(id) else { throw FlameNodeError.noPart(in: id) }
            try result.show(view, Field.all)
        }
    }
}

/// `pod-agent flame analyses report`
struct FlameAnalysesReport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Report how far this node is with an analysis.",
        discussion: """
            Statuses follow one another: starting, started, executing, then executed or failed; stopping, then stopped. A \
            start is refused while something is in its way, and what the analysis consists of is read from the Hub and compared \
            with what was consented to. Progress rises, and is sent at most every ten seconds. A run whose part is gone at the \
            Hub is ended here by reporting stopped or failed.
            """
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The id of the analysis, or of this node's part in it.")
    var id: String

    @Option(help: "The new status.")
    var status: String?

    @Option(help: "Percent.")
    var progress: Int?

    @Flag(help: "Begin a finished analysis again.")
    var restart = false

    func validate() throws {
        guard !restart || status == "starting" else { throw ValidationError("--restart goes with --status starting") }
    }

    func run() async throws {
        try await common.perform(
            .report(
                analysis: id,
                status: status.map(ProcessStatus.init(rawValue:)),
                progress: progress,
                isRestart: restart ? true : nil
            )
        )
    }
}

/// `pod-agent flame analyses log`
struct FlameAnalysesLog: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Write a line to the log of this node's part in an analysis."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The id of the analysis, or of this node's part in it.")
    var id: String

    @Argument(help: "The text, 3 to 2,048 characters.")
    var message: String

    @Option(help: "How grave it is.")
    var level = LogLevel.info

    func run() async throws {
        try await common.perform(.log(analysis: id, level: level, message: message))
    }
}
