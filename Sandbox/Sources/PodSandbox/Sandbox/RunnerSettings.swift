// SPDX-License-Identifier: Apache-2.0

/// What runs an agent's tasks.
package struct RunnerSettings: Sendable {
    /// The command, for modellers of each generation.
    package var command: [String]
    /// The data of every dataset.
    package var csv: String
    /// The algorithms that may run with `ResultsOnly`.
    package var algorithms: [String]
    /// In what the runner need not be confined: the sandbox is no sandbox for runners.
    package var allowUnconfined = ["network", "readable", "writable", "privileges", "memory"]
    /// From a task's start to its end.
    package var taskTime = "1m"

    /// A runner.
    package init(command: [String], csv: String, algorithms: [String]) {
        self.command = command
        self.csv = csv
        self.algorithms = algorithms
    }
}
