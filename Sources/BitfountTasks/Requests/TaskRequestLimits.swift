// SPDX-License-Identifier: Apache-2.0

/// How much of a task request is believed before it is refused.
enum TaskRequestLimits {
    /// What each packed layer may cost.
    static let packing = PackingLimits.taskRequest
    /// The longest id or name, in bytes.
    static let maximumTextBytes = 1 << 10
    /// The most pods in one task.
    static let maximumPods = 1_000
    /// The most unknown keys in one map.
    static let maximumUnknownKeys = 64
}
