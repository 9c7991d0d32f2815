// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import StrictJSON

/// What a runner says (docs/runners.md, "Runner to agent"). All of it is the runner's own word.
enum FrameFromRunner: Sendable, Equatable {
    case hello(RunnerHello)
    case ready(RunnerReady)
    case alive(residentKiB: Int?)
    case message(RunnerMessage)
    case progress(phase: String, percent: Int?)
    case done(RunnerDone)

    /// - Throws: ``RunnerFault`` for a frame that no runner may send, or without what it must have.
    init(_ frame: RunnerFrame) throws(RunnerFault) {
        let fields = frame.fields
        switch frame.name {
        case "hello": self = .hello(try RunnerHello(fields))
        case "ready": self = .ready(try RunnerReady(fields))
        case "alive": self = .alive(residentKiB: fields.count("rss_kib"))
        case "message": self = .message(try RunnerMessage(fields, body: frame.body))
        case "progress":
            self = .progress(
                phase: fields.plainText("phase", maximumBytes: 64) ?? "",
                percent: fields.count("percent").flatMap { $0 <= 100 ? $0 : nil }
            )
        case "done": self = .done(try RunnerDone(fields))
        default: throw RunnerFault("a frame that no runner sends")
        }
        guard frame.body.isEmpty || frame.name == "message" else { throw RunnerFault("a body where none belongs") }
    }
}

/// Why a frame from a runner is none. Nothing in it is the runner's own text.
struct RunnerFault: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The first frame.
struct RunnerHello: Sendable, Equatable {
    /// The versions of the conversation that it knows.
    var protocols: [Int]
    /// What it calls itself, for the log.
    var runner: String

    init(_ fields: JSONObject) throws(RunnerFault) {
        guard let protocols = fields["protocol"]?.arrayValue, protocols.count <= 16 else {
            throw RunnerFault("a hello without protocols")
        }
        self.protocols = protocols.compactMap(\.intValue)
        guard let runner = fields.plainText("runner", maximumBytes: 64) else {
            throw RunnerFault("a hello without the runner's name")
        }
        self.runner = runner
    }
}

/// The frame that says that a task may come.
struct RunnerReady: Sendable, Equatable {
    /// The package that will run the task.
    var package: String
    /// Its version.
    var version: String
    /// The generations of modellers that it serves.
    var generations: Set<Generation>
    /// The protocols that it knows, without `bitfount.`.
    var protocols: Set<String>
    /// The algorithms that it knows, without `bitfount.`.
    var algorithms: Set<String>
    /// How it found itself confined.
    var confinement: RunnerConfinement

    static let maximumNames = 1_000
    static let maximumNameBytes = 256

    init(_ fields: JSONObject) throws(RunnerFault) {
        guard let package = fields.plainText("package", maximumBytes: 64),
            let version = fields.plainText("version", maximumBytes: 64)
        else { throw RunnerFault("a ready without package and version") }
        guard let generations = fields.names("generations"), let protocols = fields.names("protocols"),
            let algorithms = fields.names("algorithms")
        else { throw RunnerFault("a ready without generations, protocols and algorithms") }
        self.package = package
        self.version = version
        self.generations = Set(generations.compactMap(Generation.init(rawValue:)))
        self.protocols = protocols
        self.algorithms = algorithms
        confinement = RunnerConfinement(fields["confinement"]?.objectValue ?? [:])
    }
}

/// A message for the modeller.
struct RunnerMessage: Sendable, Equatable {
    /// 1, 2, 3 …
    var id: Int
    /// What it is about; `nil` for a number that no message can have.
    var type: MessageType?
    /// What goes with it; `nil` if it was there and makes no sense.
    var metadata: OutgoingMetadata?
    /// The content, packed as the modeller's generation packs values.
    var body: [UInt8]

    init(_ fields: JSONObject, body: [UInt8]) throws(RunnerFault) {
        guard let id = fields["id"]?.intValue else { throw RunnerFault("a message without a number") }
        guard let type = fields["type"]?.intValue else { throw RunnerFault("a message without a type") }
        self.id = id
        self.type = Int32(exactly: type).map(MessageType.init(rawValue:))
        self.body = body
        switch fields["metadata"] {
        case nil, .null: metadata = OutgoingMetadata()
        case .object(let metadata): self.metadata = OutgoingMetadata(metadata)
        default: metadata = nil
        }
    }
}

/// The last frame.
struct RunnerDone: Sendable, Equatable {
    enum Outcome: String, Sendable {
        case completed = "completed"
        case failed = "failed"
        case cancelled = "cancelled"
    }

    var outcome: Outcome
    /// The class of the exception that ended the task.
    var exception: String?
    /// More about it, for the data owner's log alone.
    var detail: String?
    /// Processor time in milliseconds.
    var cpuMilliseconds: Int?
    /// The most memory that it had.
    var maximumResidentKiB: Int?

    static let maximumDetailBytes = 4_096

    init(_ fields: JSONObject) throws(RunnerFault) {
        guard let outcome = fields["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)) else {
            throw RunnerFault("a done without an outcome")
        }
        self.outcome = outcome
        exception = fields.plainText("exception", maximumBytes: 256)
        detail = fields["detail"]?.stringValue.map { String($0.prefix(Self.maximumDetailBytes)) }
        cpuMilliseconds = fields.count("cpu_ms")
        maximumResidentKiB = fields.count("max_rss_kib")
    }
}

extension OutgoingMetadata {
    /// What a runner may say beside a message; everything else, notifications by mail above all, is left out.
    ///
    /// - Returns: `nil` if it is not of the form that it must have.
    init?(_ fields: JSONObject) {
        self.init()
        switch fields["resources_consumed"] {
        case nil, .null: break
        case .array(let values) where values.count <= Self.maximumResources:
            for value in values {
                guard let value = value.objectValue, let type = value.count("type").flatMap(Int32.init(exactly:)),
                    let identifier = value["identifier"]?.stringValue, identifier.utf8.count <= 1_024,
                    let amount = value["amount"]?.numberValue, amount >= 0
                else { return nil }
                resourcesConsumed.append(.init(type: type, identifier: identifier, amount: amount))
            }
        default: return nil
        }
        switch fields["algorithm"] {
        case nil, .null: break
        case .object(let value):
            func number(_ key: String) -> UInt32? { value.count(key).flatMap(UInt32.init(exactly:)) }
            algorithm = Algorithm(
                batchNumber: number("batch_number"),
                totalBatches: number("total_batches"),
                name: value.plainText("algorithm_name", maximumBytes: 256),
                index: number("algorithm_index"),
                total: number("total_algorithms")
            )
        default: return nil
        }
    }
}

extension JSONObject {
    /// A whole number of at least zero.
    fileprivate func count(_ key: String) -> Int? {
        self[key]?.intValue.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// A text of printable ASCII.
    fileprivate func plainText(_ key: String, maximumBytes: Int) -> String? {
        guard let text = self[key]?.stringValue, (1...maximumBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        return text
    }

    fileprivate func names(_ key: String) -> Set<String>? {
        guard let values = self[key]?.arrayValue, values.count <= RunnerReady.maximumNames else { return nil }
        let names = values.compactMap(\.stringValue)
        guard names.count == values.count,
            names.allSatisfy({ $0.isPlainIdentifier(maximumBytes: RunnerReady.maximumNameBytes) })
        else { return nil }
        return Set(names)
    }
}
