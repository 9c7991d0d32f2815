// SPDX-License-Identifier: Apache-2.0

/// One condition of a rule.
struct Condition: Sendable, Hashable {
    /// The key under `when`.
    let key: ConditionKey
    /// The line on which it stands.
    let line: Int
    /// What it asks.
    let test: Test

    /// What a condition asks of a task.
    enum Test: Sendable, Hashable {
        case modeller(ValueList)
        case group(names: [String], members: ValueList)
        case project(ValueList)
        case dataset(DatasetTest)
        case protocolClass(ValueList)
        case algorithm(AlgorithmTest)
        case model(ModelTest)
        case aggregator(ValueList)
        case otherPods(ValueList)
        case identity([PolicyTask.IdentityMethod])
        case weekday([Weekday], zone: Int)
        case hours([DaySpan], zone: Int)
    }
}

/// The keys under `when`.
enum ConditionKey: String, Sendable, Hashable, CaseIterable {
    case modeller = "modeller"
    case group = "group"
    case project = "project"
    case dataset = "dataset"
    case protocolClass = "protocol"
    case algorithm = "algorithm"
    case model = "model"
    case aggregator = "aggregator"
    case otherPods = "other_pods"
    case identity = "identity"
    case weekday = "weekday"
    case hours = "hours"
}

/// Datasets by their full identifier, or by the half after the slash.
struct DatasetTest: Sendable, Hashable {
    let full: ValueList
    let names: ValueList

    init(_ patterns: [ValuePattern]) {
        full = ValueList(patterns.filter { $0.text.contains("/") })
        names = ValueList(patterns.filter { !$0.text.contains("/") })
    }

    func matches(_ dataset: PreparedTask.Dataset) -> Bool {
        names.matches(dataset.name) || full.matches(dataset.identifier)
    }

    /// Whether it surely matches all that the other one matches.
    func covers(_ other: DatasetTest) -> Bool {
        // A name of any owner's is wider than a full identifier, and never covered by one.
        names.covers(other.names)
            && other.full.patterns.allSatisfy { pattern in
                if full.covers(ValueList([pattern])) { return true }
                guard let exact = pattern.exact else { return false }
                return names.matches(PreparedTask.Dataset(exact).name)
            }
    }
}

/// Algorithms by their class and their arguments, all of which have to be those of one algorithm.
struct AlgorithmTest: Sendable, Hashable {
    let classes: ValueList?
    /// By the argument's name.
    let arguments: [String: ValueList]

    func matches(_ algorithm: PreparedTask.Algorithm, _ quantifier: Quantifier) -> Truth {
        if let classes, !classes.matches(algorithm.className) { return .no }
        var result = Truth.yes
        for (name, values) in arguments where result != .no {
            result = result.and(argument(algorithm.arguments, name, values, quantifier))
        }
        return result
    }

    private func argument(
        _ arguments: Fact<[String: Fact<[[UInt8]]>]>,
        _ name: String,
        _ values: ValueList,
        _ quantifier: Quantifier
    ) -> Truth {
        guard case .known(let arguments) = arguments else { return .notKnown }
        switch arguments[name] {
        case nil: return Truth(values.includesNone)
        case .notKnown: return .notKnown
        case .known(let given): return quantifier.truth(of: given) { Truth(values.matches($0)) }
        }
    }

    /// Whether it surely matches all that the other one matches.
    func covers(_ other: AlgorithmTest) -> Bool {
        classes.isCovering(other.classes)
            && arguments.allSatisfy { name, values in
                other.arguments[name].map { values.covers($0) } ?? false
            }
    }
}

/// Models by what a request names of them, all of which has to be that of one model.
struct ModelTest: Sendable, Hashable {
    let classes: ValueList?
    let owners: ValueList?
    let names: ValueList?
    let versions: ValueList?

    func matches(_ model: PreparedTask.Model) -> Bool {
        classes.isSatisfied(by: model.className) && owners.isSatisfied(by: model.owner)
            && names.isSatisfied(by: model.name) && versions.isSatisfied(by: model.version)
    }

    /// Whether it surely matches all that the other one matches.
    func covers(_ other: ModelTest) -> Bool {
        classes.isCovering(other.classes) && owners.isCovering(other.owners) && names.isCovering(other.names)
            && versions.isCovering(other.versions)
    }
}

extension ValueList? {
    fileprivate func isSatisfied(by value: [UInt8]?) -> Bool { self.map { $0.matches(value) } ?? true }

    fileprivate func isCovering(_ other: ValueList?) -> Bool {
        guard let self else { return true }
        return other.map { self.covers($0) } ?? false
    }
}

extension Condition.Test {
    func holds(for task: PreparedTask, _ quantifier: Quantifier) -> Truth {
        switch self {
        case .modeller(let values), .group(_, let values): Truth(task.modeller) { values.matches($0) }
        case .project(let values): Truth(task.project) { values.matches($0) }
        case .dataset(let test): Truth(task.dataset) { test.matches($0) }
        case .protocolClass(let values): Truth(task.protocolClass) { values.matches($0) }
        case .algorithm(let test): algorithms(task, quantifier) { test.matches($0, quantifier) }
        case .model(let test): models(task, test, quantifier)
        case .aggregator(let values): Truth(task.aggregator) { values.matches($0) }
        case .otherPods(let values): otherPods(task, values, quantifier)
        case .identity(let methods): Truth(task.identity) { methods.contains($0) }
        case .weekday(let days, let zone): Truth(days.contains(task.times[zone].weekday))
        case .hours(let spans, let zone): Truth(spans.contains { $0.contains(task.times[zone].minute) })
        }
    }

    private func algorithms(
        _ task: PreparedTask,
        _ quantifier: Quantifier,
        _ test: (PreparedTask.Algorithm) -> Truth
    ) -> Truth {
        guard case .known(let algorithms) = task.algorithms else { return .notKnown }
        return quantifier.truth(of: algorithms, test)
    }

    /// About the algorithms that run a model; the others have none to be wrong.
    private func models(_ task: PreparedTask, _ test: ModelTest, _ quantifier: Quantifier) -> Truth {
        guard case .known(let algorithms) = task.algorithms else { return .notKnown }
        let withModel = algorithms.filter { $0.model != .known(nil) }
        return quantifier.truth(of: withModel) { algorithm in
            Truth(algorithm.model) { $0.map { test.matches($0) } ?? false }
        }
    }

    private func otherPods(_ task: PreparedTask, _ values: ValueList, _ quantifier: Quantifier) -> Truth {
        guard case .known(let pods) = task.otherPods else { return .notKnown }
        if pods.isEmpty { return Truth(values.includesNone) }
        return quantifier.truth(of: pods) { Truth(values.matches($0)) }
    }
}
