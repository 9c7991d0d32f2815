// SPDX-License-Identifier: Apache-2.0

package import BitfountTasks

/// How runners are started, and what they may do.
package struct HandoffSettings: Sendable {
    /// The command of each generation's runner; in its arguments `{dataset}` is the dataset's name, `{file}` the path of its data.
    package var commands: [Generation: [String]]
    /// What each dataset is for a runner, by the dataset's name.
    package var datasets: [String: RunnerDataset]
    /// What may run.
    package var allowed: AllowedTasks
    /// In what runners may fall short of being confined.
    package var allowUnconfined: Set<String>
    /// Tasks that run at once.
    package var concurrentTasks: Int
    /// How long a running task has to end when the agent stops.
    package var shutdownGrace: Duration
    /// The longest message of a runner, in bytes.
    package var messageBytes: Int
    /// What ``allowUnconfined`` can name.
    package static let confinements = RunnerConfinement.Requirement.allCases.map(\.rawValue)
    /// What each session goes by.
    var rules: RunnerRules

    /// - Parameters:
    ///   - startTimeout: From a runner's hello to its being ready.
    ///   - taskTime: From a task's start to its end.
    ///   - relaysProgress: Whether the modeller is told how the preparation goes.
    ///   - taskBytes: The content of all messages of a task.
    ///   - messages: The messages of a task.
    ///   - mustNotRead: Paths that no runner may be able to read.
    package init(
        commands: [Generation: [String]],
        datasets: [String: RunnerDataset],
        allowed: AllowedTasks,
        allowUnconfined: Set<String> = [],
        concurrentTasks: Int = 1,
        startTimeout: Duration = .seconds(120),
        taskTime: Duration = .seconds(3_600),
        shutdownGrace: Duration = .zero,
        relaysProgress: Bool = true,
        messageBytes: Int = 32 << 20,
        taskBytes: Int = 256 << 20,
        messages: Int = 10_000,
        mustNotRead: [String] = []
    ) {
        self.commands = commands
        self.datasets = datasets
        self.allowed = allowed
        self.allowUnconfined = allowUnconfined
        self.concurrentTasks = concurrentTasks
        self.shutdownGrace = shutdownGrace
        self.messageBytes = messageBytes
        rules = RunnerRules(generation: .g1)
        rules.start = startTimeout
        rules.taskTime = taskTime
        rules.relaysProgress = relaysProgress
        rules.taskBytes = taskBytes
        rules.messages = messages
        rules.mustNotRead = mustNotRead
    }

    /// The command for a dataset; `nil` where no runner serves the generation.
    func command(for dataset: String, _ generation: Generation) -> [String]? {
        guard let template = commands[generation], let data = datasets[dataset] else { return nil }
        return template.map { part in
            part == "{dataset}" ? dataset : part == "{file}" ? data.file : part
        }
    }
}

/// What a dataset is for a runner.
package struct RunnerDataset: Sendable {
    /// The path of the data on this machine.
    package var file: String
    /// The document of the `dataset` frame.
    package var document: [UInt8]

    package init(file: String, document: [UInt8]) {
        self.file = file
        self.document = document
    }
}

/// Which tasks may run, by the names of protocols and algorithms without `bitfount.`.
package struct AllowedTasks: Sendable, Equatable {
    /// A protocol with the algorithms that it may have.
    package struct Rule: Sendable, Equatable {
        package var protocolName: String
        package var algorithms: Set<String>

        package init(protocolName: String, algorithms: Set<String>) {
            self.protocolName = protocolName
            self.algorithms = algorithms
        }
    }

    private let rules: [Rule]

    package init(_ rules: [Rule]) {
        self.rules = rules
    }

    /// Averages of single columns: what returns no rows and runs nothing of the modeller's.
    package static let aggregates = AllowedTasks([Rule(protocolName: "ResultsOnly", algorithms: ["ColumnAverage"])])

    /// Whether a rule allows the protocol with all of the algorithms. Secure aggregation needs other pods, and is never allowed.
    func allows(_ document: ProtocolDocument) -> Bool {
        guard !document.usesSecureAggregation else { return false }
        let algorithms = document.algorithmNames
        return rules.contains { $0.protocolName == document.protocolName && algorithms.isSubset(of: $0.algorithms) }
    }
}

extension ProtocolDocument {
    /// The protocol's name without `bitfount.`.
    var protocolName: String { Self.short(className) }
    /// The names of the algorithms without `bitfount.`.
    var algorithmNames: Set<String> { Set(algorithmClassNames.map(Self.short)) }

    private static func short(_ name: String) -> String {
        name.hasPrefix("bitfount.") ? String(name.dropFirst("bitfount.".count)) : name
    }
}
