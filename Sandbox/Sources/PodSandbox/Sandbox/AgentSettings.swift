// SPDX-License-Identifier: Apache-2.0

/// What an agent is told about the sandbox besides addresses and credentials.
package struct AgentSettings: Sendable {
    /// How the agent finds its task requests (bitfount-protocol.md, 7.4).
    package enum PollStyle: String, Sendable, CaseIterable {
        /// Routed by its credentials.
        case credential
        /// By the pod's name.
        case mailbox
    }

    /// Whether the agent has a pod at all, and an account at Bitfount.
    package var hasPod = true
    /// The pod's name.
    package var podName = "hospital-a"
    /// The datasets' names.
    package var datasets = ["heart-data"]
    /// Other people's pods with which secure aggregation is allowed.
    package var approvedPods: [String] = []
    /// How it polls.
    package var pollStyle = PollStyle.credential
    /// How often it sends heartbeats, such as `10s`.
    package var heartbeatInterval = "10s"
    /// The form of its heartbeats: `superset` or `one-by-one`.
    package var heartbeatForm = "superset"
    /// How long it may take over a task, such as `5m`.
    package var taskDeadline = "5m"
    /// How many tasks it decides at once.
    package var concurrentTasks = 32
    /// How many of them may be of one modeller.
    package var concurrentTasksPerModeller = 4

    /// What becomes of tasks, since nothing runs them: `abort` lets every check be seen, `reject` is the agent's default.
    package var whenNone = "abort"

    /// What runs tasks; `nil` where nothing does.
    package var runner: RunnerSettings?

    /// Whether the agent is also the node of the FLAME Hub.
    package var isFlameNode = false
    /// How often it looks at the FLAME Hub, such as `30s`.
    package var flameInterval = "30s"

    /// The defaults.
    package init() {}
}
