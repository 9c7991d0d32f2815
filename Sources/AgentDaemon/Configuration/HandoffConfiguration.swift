// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import TaskFlow

/// What runs accepted tasks, and what they may do.
public struct HandoffConfiguration: Sendable {
    /// How runners are started.
    public enum Mode: String, Sendable, CaseIterable {
        /// Not at all.
        case none = "none"
        /// As children of the agent.
        case exec = "exec"
    }

    /// What is done about tasks where nothing runs them.
    public enum WithoutRunner: String, Sendable, CaseIterable {
        /// Each is refused before the Access Manager is asked.
        case reject = "reject"
        /// Each is decided, and an accepted one is given up at once.
        case abort = "abort"
    }

    /// Default: ``Mode/none``.
    public var mode: Mode
    /// Default: ``WithoutRunner/reject``. Matters in the mode ``Mode/none`` only.
    public var whenNone: WithoutRunner
    /// The command of the runner for modellers of the first generation; `nil` where their tasks are rejected.
    public var commandForG1: [String]?
    /// The command of the runner for modellers of the second generation; `nil` where their tasks are rejected.
    public var commandForG2: [String]?
    /// Tasks that run at once; default 1.
    public var concurrentTasks: Int
    /// From a runner's first sign of life to its being ready; default 2 min, and never past `limits.task_deadline`.
    public var startTimeout: Duration
    /// From a task's start to its end; default 1 h.
    public var taskTime: Duration
    /// How long a running task has to end when the agent stops; default not at all.
    public var shutdownGrace: Duration
    /// Whether modellers are told how the preparation goes; default true.
    public var progressMessages: Bool
    /// In what a runner may fall short of being confined; default nothing.
    public var allowUnconfined: [String]
    /// What may run: a protocol with algorithms, by their names without `bitfount.`. Default averages of single columns.
    public var allowed: [(protocolName: String, algorithms: [String])]
    /// The longest message of a runner, in bytes; default 32 MiB.
    public var messageBytes: Int
    /// All messages of a task, in bytes; default 256 MiB.
    public var taskBytes: Int
    /// The number of messages of a task; default 10,000.
    public var messages: Int

    init(_ section: ConfigurationSection) throws(ConfigurationError) {
        mode = try section.word("mode") ?? Mode.none
        whenNone = try section.word("when_none") ?? .reject
        let runners = try section.section("runners")
        commandForG1 = try Self.command(of: runners, "g1")
        commandForG2 = try Self.command(of: runners, "g2")
        try runners.finish()
        concurrentTasks = try section.count("concurrent_tasks", default: 1)
        startTimeout = try section.duration("start_timeout", default: .seconds(120))
        taskTime = try section.duration("task_time", default: .seconds(3_600))
        shutdownGrace =
            try section.value("shutdown_grace", expected: "a duration such as 10s, or 0s") { text in
                text == "0s" ? .zero : ConfigurationValues.duration(text)
            } ?? .zero
        progressMessages =
            try section.value("progress_messages", expected: "true or false", parse: ConfigurationValues.flag) ?? true
        allowUnconfined = try section.list("allow_unconfined", expected: "confinements") ?? []
        if let wrong = allowUnconfined.first(where: { !HandoffSettings.confinements.contains($0) }) {
            let known = HandoffSettings.confinements.joined(separator: ", ")
            throw section.error("allow_unconfined", problem: "expected some of \(known), found \"\(wrong)\"")
        }
        allowed = try Self.allowed(section)
        let limits = try section.section("limits")
        messageBytes = try limits.bytes("message_bytes", default: 32 << 20)
        taskBytes = try limits.bytes("task_bytes", default: 256 << 20)
        messages = try limits.count("messages", default: 10_000)
        try limits.finish()
        guard mode == .none || commandForG1 != nil || commandForG2 != nil else {
            throw section.error("runners", problem: "missing; expected the command of a runner for g1, g2 or both")
        }
        try section.finish()
    }

    private static func command(
        of runners: ConfigurationSection,
        _ generation: String
    ) throws(ConfigurationError) -> [String]? {
        let section = try runners.section(generation)
        let command = try section.list("command", expected: "a program's path and its arguments")
        if let command, command.first?.hasPrefix("/") != true {
            throw section.error("command", problem: "expected the absolute path of a program first")
        }
        try section.finish()
        return command
    }

    private static func allowed(
        _ section: ConfigurationSection
    ) throws(ConfigurationError) -> [(protocolName: String, algorithms: [String])] {
        let rules = try section.sections("allow")
        guard !rules.isEmpty else { return [("ResultsOnly", ["ColumnAverage"])] }
        var allowed: [(protocolName: String, algorithms: [String])] = []
        for rule in rules {
            let name = try rule.value("protocol", expected: "a protocol's name", parse: { $0.isEmpty ? nil : $0 })
            guard let name else { throw rule.error("protocol", problem: "missing; expected a protocol's name") }
            guard let algorithms = try rule.list("algorithms", expected: "algorithms' names"), !algorithms.isEmpty
            else {
                throw rule.error("algorithms", problem: "missing; expected algorithms' names")
            }
            for name in [name] + algorithms where name.hasPrefix("bitfount.") {
                throw rule.error("protocol", problem: "expected names without bitfount., found \"\(name)\"")
            }
            try rule.finish()
            allowed.append((name, algorithms))
        }
        return allowed
    }
}

extension ConfigurationSection {
    /// One of a type's words.
    fileprivate func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(ConfigurationError) -> Word? {
        try value(
            name,
            expected: Word.allCases.map(\.rawValue).joined(separator: " or "),
            parse: Word.init(rawValue:)
        )
    }
}
