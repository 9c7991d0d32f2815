// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import StrictJSON

/// What a runner is told (docs/runners.md, "Agent to runner").
enum FrameToRunner: Sendable, Equatable {
    /// The answer to the hello, with the paths that the runner must not be able to read.
    case welcome(mustNotRead: [String])
    /// What the data is and where the runner finds it: a JSON document.
    case dataset([UInt8])
    /// The task.
    case start(RunnerStart)
    /// A message of the modeller, its content packed as the generation packs values.
    case message(MessageType, [UInt8])
    /// The runner's message with this number is with the message service.
    case sent(Int)
    /// The runner's message with this number is not.
    case refused(Int, RunnerRefusal)
    /// The task is to end.
    case cancel(RunnerCancellation, graceSeconds: Int)
    /// The runner is to exit.
    case end

    /// The version of the conversation.
    static let version = 1

    /// The frame as it is written.
    var frame: RunnerFrame {
        switch self {
        case .welcome(let paths):
            RunnerFrame(
                "welcome",
                ["protocol": .integer(Int64(Self.version)), "must_not_read": .array(paths.map { .string($0) })]
            )
        case .dataset(let document): RunnerFrame("dataset", body: document)
        case .start(let start): start.frame
        case .message(let type, let body): RunnerFrame("message", ["type": .integer(Int64(type.rawValue))], body: body)
        case .sent(let id): RunnerFrame("sent", ["id": .integer(Int64(id))])
        case .refused(let id, let reason):
            RunnerFrame("refused", ["id": .integer(Int64(id)), "reason": .string(reason.rawValue)])
        case .cancel(let reason, let grace):
            RunnerFrame("cancel", ["reason": .string(reason.rawValue), "grace_s": .integer(Int64(grace))])
        case .end: RunnerFrame("end")
        }
    }
}

/// Why a runner's message is not passed on.
enum RunnerRefusal: String, Sendable, CaseIterable {
    /// Messages of this type are not for runners to send.
    case typeNotAllowed = "type-not-allowed"
    /// The content is not packed as the modeller's generation packs values, or its metadata makes no sense.
    case malformed = "malformed"
    /// It is beyond a limit.
    case tooMuch = "too-much"
    /// The message service did not take it.
    case notDelivered = "not-delivered"
}

/// Why a runner is told to end.
enum RunnerCancellation: String, Sendable, CaseIterable {
    /// The modeller withdrew the task.
    case modeller = "modeller"
    /// A person ended it by hand.
    case `operator` = "operator"
    /// The agent is stopping.
    case shutdown = "shutdown"
    /// Its time is over.
    case deadline = "deadline"
}

/// A task, as a runner is told of it.
struct RunnerStart: Sendable, Equatable {
    var generation: Generation
    var task: String
    var modeller: String
    /// The pod's identifier.
    var pod: String
    /// The dataset's identifier, T.
    var identifier: String
    /// The identifiers of all datasets of the task, sorted.
    var pods: [String]
    var project: String?
    var flags: RequestFlags
    var limits: [Limit]
    /// How long the task may take.
    var deadlineSeconds: Int
    /// The protocol, packed as the generation packs values.
    var protocolDocument: [UInt8]

    /// How much of one resource may be used.
    struct Limit: Sendable, Equatable {
        var resource: String
        var limit: Int?
        var used: Int
    }

    fileprivate var frame: RunnerFrame {
        RunnerFrame(
            "start",
            [
                "protocol": .integer(Int64(FrameToRunner.version)), "generation": .string(generation.rawValue),
                "task": .string(task), "modeller": .string(modeller), "pod": .string(pod),
                "identifier": .string(identifier), "pods": .array(pods.map { .string($0) }),
                "project": JSONValue(project), "flags": .object(Self.object(flags)),
                "limits": .array(
                    limits.map {
                        [
                            "resource": .string($0.resource), "limit": JSONValue($0.limit),
                            "used": .integer(Int64($0.used)),
                        ]
                    }
                ),
                "deadline_s": .integer(Int64(deadlineSeconds)),
            ],
            body: protocolDocument
        )
    }

    /// Only what the modeller said.
    private static func object(_ flags: RequestFlags) -> JSONObject {
        var object = JSONObject()
        for (key, value) in [
            ("run_on_new_data_only", flags.runOnNewDataOnly), ("batched_execution", flags.batchedExecution),
            ("test_run", flags.testRun), ("force_rerun_failed_files", flags.forceRerunFailedFiles),
            ("supports_mps", flags.supportsMPS),
        ] {
            if let value { object[key] = .bool(value) }
        }
        return object
    }
}
