// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import ArgumentParser
import AuditLog
import Foundation
import OwnerPolicy
import StrictJSON
import TaskFlow
import Timekeeping

/// `pod-agent policy test`
struct PolicyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say what the policy would do with a task.",
        discussion: """
            The task is a file with its facts in JSON, as docs/policy.md describes it; what is left out is not known. Limits \
            are taken as not reached.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var source: PolicySource
    @OptionGroup var result: ResultOptions

    @Option(help: "When it would be decided; now unless given.", transform: AuditFilter.time)
    var at: Date?

    @Argument(help: "The file with the task.", completion: .file(extensions: ["json"]))
    var task: String

    func run() async throws {
        try await common.perform {
            let policy = try source.load(common)
            let object = try InputFile.object(task)
            let facts: PolicyTask
            do {
                facts = try PolicyTask(json: .object(object))
            } catch {
                throw AgentFailure(.data, "\(task): \(error)", underlying: error)
            }
            let view = PolicyView(policy, facts, at: at ?? .now)
            try result.show(view, PolicyView.fields) { view.show() }
        }
    }
}

/// `pod-agent policy explain`
struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say of a recorded decision, rule by rule, what matched and what did not.",
        discussion: """
            Entries hold no parameters of tasks, so that a rule that asks for an algorithm's arguments may be not known. \
            Limits are taken as not reached.
            """
    )

    @OptionGroup var log: AuditSource
    @OptionGroup var source: PolicySource
    @OptionGroup var result: ResultOptions

    @Argument(help: "The number of the decision's entry, as `audit list` shows it.")
    var entry: Int64

    func run() async throws {
        try await log.common.perform {
            let policy = try source.load(log.common)
            let reader = try log.reader()
            let range = entry..<max(entry, entry &+ 1)
            var found: RecordedEntry?
            for try await recorded in reader.entries(matching: AuditQuery(sequences: range)) { found = recorded }
            try reader.close()
            guard let found else { throw AgentFailure(.input, "the log has no entry \(entry)") }
            guard found.entry.type == .accessDecision else {
                throw AgentFailure(.data, "entry \(entry) is no decision, but \(found.entry.type.rawValue)")
            }
            if found.entry.rules?.sha256 != policy.sha256 {
                let former =
                    found.entry.rules?.sha256.map { "another policy was in force, \($0)" }
                    ?? "no policy file was in force"
                StandardError.write("note: when it was decided, \(former)")
            }
            let moment = found.entry.rules?.at.flatMap { ISO8601.date($0) } ?? found.at
            let view = PolicyView(policy, PolicyTask(found.entry, modeller: found.knownModeller), at: moment)
            try result.show(view, PolicyView.fields) { view.show() }
        }
    }
}
