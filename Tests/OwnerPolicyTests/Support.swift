// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Timekeeping

@testable import OwnerPolicy

extension Policy {
    /// The policy of a text that must have no fault.
    init(text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        do throws(PolicyFaults) {
            try self.init(Array(text.utf8))
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// A policy of these rules, in YAML.
    init(rules: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try self.init(text: "version: 1\nrules:\n" + rules, sourceLocation: sourceLocation)
    }

    /// What it comes to where no limit is reached.
    func outcome(
        of task: PolicyTask,
        at moment: String = "2026-03-04T10:00:00Z",
        missing: MissingFacts = .failClosed
    ) throws -> String {
        let moment = try #require(ISO8601.date(moment))
        return examine(task, at: moment, missing: missing, isReached: { _, _ in false }).outcome.summary
    }
}

extension Policy.Outcome {
    /// The outcome in a word, with its rule.
    var summary: String {
        switch self {
        case .passed(nil): "passed"
        case .passed(let rule?): "passed by \(rule.name)"
        case .denied(let rule): "denied by \(rule.name)"
        case .limitReached(let rule): "limit of \(rule.name)"
        case .notKnown(let rule): "not known at \(rule.name)"
        }
    }
}

extension PolicyTask {
    /// A task of which everything is known: a column average by alice, alone on `acme/heart`.
    static func sample(
        modeller: String = "alice",
        project: String? = "trial-7",
        dataset: String = "acme/heart",
        protocolClass: String = "bitfount.ResultsOnly",
        algorithms: [Algorithm] = [.sample("bitfount.ColumnAverage")],
        aggregator: String? = nil,
        otherPods: [String] = [],
        identity: IdentityMethod = .signature
    ) -> PolicyTask {
        PolicyTask(
            modeller: .known(modeller),
            project: .known(project),
            dataset: .known(dataset),
            protocolClass: .known(protocolClass),
            algorithms: .known(algorithms),
            aggregator: .known(aggregator),
            otherPods: .known(otherPods),
            identity: .known(identity)
        )
    }
}

extension PolicyTask.Algorithm {
    /// An algorithm of which everything is known.
    static func sample(
        _ className: String,
        _ arguments: [String: [String]] = [:],
        model: PolicyTask.Model? = nil
    ) -> PolicyTask.Algorithm {
        PolicyTask.Algorithm(
            className: className,
            arguments: .known(arguments.mapValues { .known($0) }),
            model: .known(model)
        )
    }
}

/// The faults of a text.
func faults(of text: String) -> [String] {
    do throws(PolicyFaults) {
        _ = try Policy(Array(text.utf8))
        return []
    } catch {
        return error.faults.map(\.description)
    }
}
