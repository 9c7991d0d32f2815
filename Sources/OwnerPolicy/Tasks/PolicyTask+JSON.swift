// SPDX-License-Identifier: Apache-2.0

public import StrictJSON

/// A task's facts as JSON: what `pod-agent policy test` reads. A member that is missing is not known; `null` says that
/// there is none.
extension PolicyTask {
    /// Reads a task.
    ///
    /// - Throws: ``PolicyTaskError`` that names the member.
    public init(json: JSONValue) throws(PolicyTaskError) {
        guard let object = json.objectValue else { throw PolicyTaskError("", "expected an object") }
        let reader = try MemberReader(object, path: "", known: Member.all)
        self.init(
            modeller: try reader.text(Member.modeller),
            project: try reader.optionalText(Member.project),
            dataset: try reader.text(Member.dataset),
            protocolClass: try reader.text(Member.protocolClass),
            algorithms: try reader.fact(Member.algorithms) { value throws(PolicyTaskError) in
                try Self.algorithms(value)
            },
            aggregator: try reader.optionalText(Member.aggregator),
            otherPods: try reader.fact(Member.otherPods) { value throws(PolicyTaskError) in
                try MemberReader.texts(value, Member.otherPods)
            },
            identity: try reader.fact(Member.identity) { value throws(PolicyTaskError) in
                guard let method = value.stringValue.flatMap(IdentityMethod.init(rawValue:)) else {
                    let names = IdentityMethod.allCases.map(\.rawValue).joined(separator: ", ")
                    throw PolicyTaskError(Member.identity, "expected one of \(names)")
                }
                return method
            }
        )
    }

    /// The facts that are known, in a fixed order.
    public var json: JSONValue {
        var object = JSONObject()
        object[Member.modeller] = modeller.value.map(JSONValue.string)
        object[Member.project] = project.value.map { JSONValue($0) }
        object[Member.dataset] = dataset.value.map(JSONValue.string)
        object[Member.protocolClass] = protocolClass.value.map(JSONValue.string)
        object[Member.algorithms] = algorithms.value.map { .array($0.map(\.json)) }
        object[Member.aggregator] = aggregator.value.map { JSONValue($0) }
        object[Member.otherPods] = otherPods.value.map { .array($0.map(JSONValue.string)) }
        object[Member.identity] = identity.value.map { .string($0.rawValue) }
        return .object(object)
    }

    fileprivate enum Member {
        static let modeller = "modeller"
        static let project = "project"
        static let dataset = "dataset"
        static let protocolClass = "protocol"
        static let algorithms = "algorithms"
        static let aggregator = "aggregator"
        static let otherPods = "other_pods"
        static let identity = "identity"
        static let all = [
            modeller, project, dataset, protocolClass, algorithms, aggregator, otherPods, identity,
        ]
        static let className = "class"
        static let arguments = "arguments"
        static let model = "model"
        static let owner = "owner"
        static let name = "name"
        static let version = "version"
    }

    private static func algorithms(_ value: JSONValue) throws(PolicyTaskError) -> [Algorithm] {
        guard let values = value.arrayValue else { throw PolicyTaskError(Member.algorithms, "expected a list") }
        var algorithms: [Algorithm] = []
        for (index, value) in values.enumerated() {
            let path = "\(Member.algorithms)[\(index)]"
            guard let object = value.objectValue else { throw PolicyTaskError(path, "expected an object") }
            let reader = try MemberReader(
                object,
                path: path + ".",
                known: [Member.className, Member.arguments, Member.model]
            )
            guard let className = try reader.text(Member.className).value else {
                throw PolicyTaskError("\(path).\(Member.className)", "missing; expected a text")
            }
            algorithms.append(
                Algorithm(
                    className: className,
                    arguments: try reader.fact(Member.arguments) { value throws(PolicyTaskError) in
                        try arguments(value, "\(path).\(Member.arguments)")
                    },
                    model: try reader.fact(Member.model) { value throws(PolicyTaskError) in
                        try model(value, "\(path).\(Member.model)")
                    }
                )
            )
        }
        return algorithms
    }

    /// `null` is an argument that is not known.
    private static func arguments(
        _ value: JSONValue,
        _ path: String
    ) throws(PolicyTaskError) -> [String: Fact<[String]>] {
        guard let object = value.objectValue else { throw PolicyTaskError(path, "expected an object") }
        var arguments: [String: Fact<[String]>] = [:]
        for (name, value) in object {
            arguments[name] = value == .null ? .notKnown : .known(try MemberReader.texts(value, "\(path).\(name)"))
        }
        return arguments
    }

    private static func model(_ value: JSONValue, _ path: String) throws(PolicyTaskError) -> Model? {
        if value == .null { return nil }
        guard let object = value.objectValue else { throw PolicyTaskError(path, "expected an object or null") }
        let reader = try MemberReader(
            object,
            path: path + ".",
            known: [Member.className, Member.owner, Member.name, Member.version]
        )
        return Model(
            className: try reader.optionalText(Member.className).value ?? nil,
            owner: try reader.optionalText(Member.owner).value ?? nil,
            name: try reader.optionalText(Member.name).value ?? nil,
            version: try reader.optionalText(Member.version).value ?? nil
        )
    }
}

extension PolicyTask.Algorithm {
    fileprivate typealias Member = PolicyTask.Member

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object[Member.className] = .string(className)
        object[Member.arguments] = arguments.value.map { arguments in
            let members = arguments.sorted { $0.key < $1.key }.map { name, values in
                (name, values.value.map { JSONValue.array($0.map(JSONValue.string)) } ?? .null)
            }
            return .object(JSONObject(members))
        }
        object[Member.model] = model.value.map { $0.map(\.json) ?? .null }
        return .object(object)
    }
}

extension PolicyTask.Model {
    fileprivate var json: JSONValue {
        typealias Member = PolicyTask.Member
        var object = JSONObject()
        object[Member.className] = className.map(JSONValue.string)
        object[Member.owner] = owner.map(JSONValue.string)
        object[Member.name] = name.map(JSONValue.string)
        object[Member.version] = version.map(JSONValue.string)
        return .object(object)
    }
}

/// A task's facts that can't be read: which member, and what was expected there.
public struct PolicyTaskError: Error, Hashable, CustomStringConvertible {
    /// The path of the member, such as `algorithms[0].class`; empty for the whole.
    public let member: String
    /// What was expected.
    public let problem: String

    init(_ member: String, _ problem: String) {
        self.member = member
        self.problem = problem
    }

    /// `algorithms[0].class: expected a text`
    public var description: String { member.isEmpty ? problem : "\(member): \(problem)" }
}

/// Reads the members of one object, and refuses those that it does not know.
private struct MemberReader {
    let object: JSONObject
    let path: String

    init(_ object: JSONObject, path: String, known: [String]) throws(PolicyTaskError) {
        if let key = object.keys.first(where: { !known.contains($0) }) {
            throw PolicyTaskError(path + key, "unknown member; expected one of \(known.joined(separator: ", "))")
        }
        self.object = object
        self.path = path
    }

    func fact<Value>(
        _ name: String,
        _ read: (JSONValue) throws(PolicyTaskError) -> Value
    ) throws(PolicyTaskError) -> Fact<Value> {
        guard let value = object[name] else { return .notKnown }
        return .known(try read(value))
    }

    func text(_ name: String) throws(PolicyTaskError) -> Fact<String> {
        try fact(name) { value throws(PolicyTaskError) in
            guard let text = value.stringValue else { throw PolicyTaskError(path + name, "expected a text") }
            return text
        }
    }

    func optionalText(_ name: String) throws(PolicyTaskError) -> Fact<String?> {
        try fact(name) { value throws(PolicyTaskError) in
            guard value == .null || value.stringValue != nil else {
                throw PolicyTaskError(path + name, "expected a text or null")
            }
            return value.stringValue
        }
    }

    /// A text, or a list of texts.
    static func texts(_ value: JSONValue, _ path: String) throws(PolicyTaskError) -> [String] {
        if let text = value.stringValue { return [text] }
        guard let values = value.arrayValue else { throw PolicyTaskError(path, "expected a list of texts") }
        let texts = values.compactMap(\.stringValue)
        guard texts.count == values.count else { throw PolicyTaskError(path, "expected a list of texts") }
        return texts
    }
}
