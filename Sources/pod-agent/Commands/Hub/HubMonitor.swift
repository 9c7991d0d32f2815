// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import Bitfount
import Foundation

/// `pod-agent hub monitor`
struct HubMonitor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor",
        abstract: "The record of tasks that the Hub keeps for pods up to 9.0.0.",
        subcommands: [HubMonitorSend.self]
    )
}

/// `pod-agent hub monitor send`
struct HubMonitorSend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Add a line to the record of a task.",
        discussion: """
            Both known forms: a task's configuration (--type TASK_CONFIG with --metadata), and how far it has come (--type \
            TASK_STATUS_UPDATE with --progress and --usage).
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var result: ResultOptions

    @Option(help: "The task's id.")
    var task: String

    @Option(help: "The mailbox of the one who says it.")
    var sender: String

    @Option(help: "The mailbox of the one it is said to.")
    var recipient: String?

    @Option(help: "What it is about: the name of a message type, TASK_CONFIG or TASK_STATUS_UPDATE.")
    var type: String

    @Option(help: "Who may see it: PRIVATE, MODELLER or ALL_PARTICIPANTS.")
    var privacy = MonitorUpdate.Privacy.owner

    @Option(help: "Words for people.")
    var message: String?

    @Option(help: "Details: a file with a JSON object.", completion: .file(extensions: ["json"]))
    var metadata: String?

    @Option(help: "How far something has come, as name=3 or name=3/10; may be repeated.", transform: Self.progress)
    var progress: [(name: String, progress: MonitorUpdate.Progress)] = []

    @Option(help: "What the task uses, as name=number; may be repeated.", transform: Self.usage)
    var usage: [(name: String, amount: Double)] = []

    private static let fields: [Field<Self>] = [
        Field("task") { $0.task },
        Field("type") { $0.type },
    ]

    func run() async throws {
        try await common.withServices { services in
            var update = MonitorUpdate(
                taskID: task,
                senderID: sender,
                timestamp: Date().formatted(.iso8601),
                privacy: privacy,
                type: type
            )
            update.recipientID = recipient
            update.message = message
            update.metadata = try metadata.map(InputFile.object)
            if !progress.isEmpty {
                update.progress = Dictionary(progress.map { ($0.name, $0.progress) }) { $1 }
            }
            if !usage.isEmpty { update.resourceUsage = Dictionary(usage.map { ($0.name, $0.amount) }) { $1 } }
            try await services.hub.send(update)
            try result.show(self, Self.fields)
        }
    }

    @Sendable
    private static func progress(_ text: String) throws -> (name: String, progress: MonitorUpdate.Progress) {
        let (name, value) = try assignment(text)
        let numbers = value.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
        guard let done = numbers[0], numbers.count == 1 || (numbers.count == 2 && numbers[1] != nil) else {
            throw ValidationError("'\(text)' is not name=3 or name=3/10")
        }
        return (name, MonitorUpdate.Progress(value: done, total: numbers.count == 2 ? numbers[1] : nil))
    }

    @Sendable
    private static func usage(_ text: String) throws -> (name: String, amount: Double) {
        let (name, value) = try assignment(text)
        guard let amount = Double(value) else { throw ValidationError("'\(text)' is not name=number") }
        return (name, amount)
    }

    private static func assignment(_ text: String) throws -> (name: String, value: Substring) {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
            throw ValidationError("'\(text)' has no name and =")
        }
        return (String(text[..<sign]), text[text.index(after: sign)...])
    }
}
