import FlameNode
import AgentDaemon
import ArgumentParser
import Foundation

/// `pod-agent flame status`
struct FlameStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How old the mirror of the Hub is, and what is pending.",
        discussion: "Reads what is stored, whether or not the agent runs and the Hub answers."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    private static let fields: [Field<FlameStatus>] = [
        Field("node") { $0.nodeName ?? $0.nodeID },
        Field("nodeId") { $0.nodeID },
        Field("hubVersion") { $0.hubVersion },
        Field("lastSuccess") { $0.lastSuccess?.formatted(.iso8601) },
        Field("ageSeconds") { status in status.lastSuccess.map { Int(max(0, Date.now.timeIntervalSince($0))) } },
        Field("problem") { $0.problem },
        Field("alarms") { $0.alarms },
        Field("projects") { $0.projects },
        Field("pendingProjects") { $0.pendingProjects },
        Field("analyses") { $0.analyses },
        Field("pendingAnalyses") { $0.pendingAnalyses },
        Field("activeAnalyses") { $0.activeAnalyses },
        Field("isFilling") { $0.isFilling },
        Field("unreadableRows") { $0.unreadableRows },
        Field("waitingWrites") { $0.waitingWrites },
    ]

    func run() async throws {
        try await common.perform {
            let (reader, _) = try Agent.flameReader(common.load())
            try result.show(try await FlameStatus.read(reader), Self.fields)
        }
    }
}
