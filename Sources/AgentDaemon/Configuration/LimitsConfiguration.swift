// SPDX-License-Identifier: Apache-2.0

public import DatasetSchema
import Foundation
import Health

/// What bounds the work on tasks: each limit has a name and a default.
public struct LimitsConfiguration: Sendable {
    /// Tasks being decided at once; default 32.
    public var concurrentTasks: Int
    /// Of these, tasks of one modeller; default 4.
    public var concurrentTasksPerModeller: Int
    /// Tasks that wait for a place; when it is reached, no more messages are fetched. Default 4,096.
    public var queuedTasks: Int
    /// Of these, tasks of one modeller; further ones are rejected at once. Default 1,024.
    public var queuedTasksPerModeller: Int
    /// From receiving a task to its answer; default 5 min, which is how long modellers wait. At most the watchdog's patience.
    public var taskDeadline: Duration
    /// Modellers being asked who they are, at once; default 64. These are not among ``concurrentTasks``.
    public var identityExchanges: Int
    /// Tasks of people who have not proven anything, in a minute: those who have to be asked, and those whose signature can't be
    /// checked here, each; default 60. Further ones wait.
    public var unprovenTasksPerMinute: Int
    /// How long after it was asked a modeller's first sign of life has to come; default 30 s.
    public var identityFirstSign: Duration
    /// A modeller's silence in an identity exchange after which it is asked whether it is there; default 180 s.
    public var identitySilence: Duration
    /// How long a modeller has to show that it is there; default 60 s.
    public var identityGrace: Duration
    /// The size of a task request, fetched from storage or inline; default 16 MiB, and more than that is never read.
    public var requestBytes: Int
    /// How much of task requests is in memory at once, over all tasks; default 24 MiB. Requests up to 64 KiB don't count.
    public var requestBytesInFlight: Int
    /// How many bytes of messages are kept, overall; further ones stay with the message service. Default 256 MiB.
    public var inboxBytes: Int
    /// How long a reply that can't be delivered is tried again; default 24 h.
    public var replyExpiry: Duration
    /// How long the raw message of an accepted task is kept; its hash, its size and its decision stay for ever. Default 7 d.
    public var messageRetention: Duration
    /// The free space below which no task is taken; default 64 MiB. What the database has free inside counts, but for 16 MiB.
    public var minimumFreeBytes: Int
    /// How long the state can't be written before the agent ends with exit code 74; default 10 min.
    public var storagePatience: Duration
    /// What bounds the reading of datasets' files, and the schemas that are made of them.
    public var schema: SchemaLimits

    init(_ section: ConfigurationSection) throws(ConfigurationError) {
        concurrentTasks = try section.count("concurrent_tasks", default: 32)
        concurrentTasksPerModeller = try section.count("concurrent_tasks_per_modeller", default: 4)
        queuedTasks = try section.count("queued_tasks", default: 4096)
        queuedTasksPerModeller = try section.count("queued_tasks_per_modeller", default: 1024)
        taskDeadline = try section.duration("task_deadline", default: .seconds(300))
        identityExchanges = try section.count("identity_exchanges", default: 64)
        unprovenTasksPerMinute = try section.count("unproven_tasks_per_minute", default: 60)
        identityFirstSign = try section.duration("identity_first_sign", default: .seconds(30))
        identitySilence = try section.duration(
            "identity_silence",
            variables: ["BITFOUNT_ONLINE_CHECK_SOFT_LIMIT"],
            default: .seconds(180)
        )
        identityGrace = try section.duration(
            "identity_grace",
            variables: ["BITFOUNT_ONLINE_CHECK_HARD_LIMIT"],
            default: .seconds(60)
        )
        requestBytes = try section.bytes("request_bytes", default: 16 << 20)
        requestBytesInFlight = try section.bytes("request_bytes_in_flight", default: 24 << 20)
        inboxBytes = try section.bytes("inbox_bytes", default: 256 << 20)
        replyExpiry = try section.duration("reply_expiry", default: .seconds(24 * 3600))
        messageRetention = try section.duration("message_retention", default: .seconds(7 * 24 * 3600))
        minimumFreeBytes = try section.bytes("minimum_free_bytes", default: 64 << 20)
        storagePatience = try section.duration("storage_patience", default: .seconds(600))
        let standard = SchemaLimits()
        schema = SchemaLimits(
            cellBytes: try section.bytes("schema_cell_bytes", default: standard.cellBytes),
            recordBytes: try section.bytes("schema_record_bytes", default: standard.recordBytes),
            columns: try section.count("schema_columns", default: standard.columns),
            categories: try section.count("schema_categories", default: standard.categories)
        )
        guard concurrentTasksPerModeller <= concurrentTasks else {
            throw section.error(
                "concurrent_tasks_per_modeller",
                problem: "expected at most concurrent_tasks (\(concurrentTasks))"
            )
        }
        let patience = LoopActivity.patience
        guard taskDeadline <= patience else {
            throw section.error(
                "task_deadline",
                problem: "expected at most \(patience.components.seconds)s, after which the watchdog loses its patience"
            )
        }
        try section.finish()
    }
}

extension ConfigurationSection {
    fileprivate func count(_ name: String, default standard: Int) throws(ConfigurationError) -> Int {
        try value(name, expected: "a whole number greater than zero", parse: ConfigurationValues.count) ?? standard
    }

    fileprivate func bytes(_ name: String, default standard: Int) throws(ConfigurationError) -> Int {
        try value(name, expected: "a size such as 64MiB", parse: ConfigurationValues.bytes) ?? standard
    }

    fileprivate func duration(
        _ name: String,
        variables: [String] = [],
        default standard: Duration
    ) throws(ConfigurationError) -> Duration {
        try value(
            name,
            variables: variables,
            expected: "a duration such as 10s, at least 1s",
            parse: { ConfigurationValues.duration($0, least: .seconds(1)) }
        ) ?? standard
    }
}
