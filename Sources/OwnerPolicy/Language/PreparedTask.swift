// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A task as rules are held against it: its texts as bytes, made once for all rules.
struct PreparedTask {
    let modeller: Fact<[UInt8]>
    let project: Fact<[UInt8]?>
    let dataset: Fact<Dataset>
    let protocolClass: Fact<[UInt8]>
    let algorithms: Fact<[Algorithm]>
    let aggregator: Fact<[UInt8]?>
    let otherPods: Fact<[[UInt8]]>
    let identity: Fact<PolicyTask.IdentityMethod>
    /// What the clocks show at the moment of the decision, in the policy's zones.
    let times: [LocalTime]

    init(_ task: PolicyTask, at moment: Date, zones: [TimeZone]) {
        modeller = task.modeller.map { Array($0.utf8) }
        project = task.project.map { $0.map { Array($0.utf8) } }
        dataset = task.dataset.map { Dataset(Array($0.utf8)) }
        protocolClass = task.protocolClass.map { Array($0.utf8) }
        algorithms = task.algorithms.map { $0.map(Algorithm.init) }
        aggregator = task.aggregator.map { $0.map { Array($0.utf8) } }
        otherPods = task.otherPods.map { $0.map { Array($0.utf8) } }
        identity = task.identity
        times = zones.map { LocalTime(moment, in: $0) }
    }

    struct Dataset: Hashable {
        /// `owner/name`.
        let identifier: [UInt8]
        /// What follows the first slash, or all of it.
        let name: [UInt8]

        init(_ identifier: [UInt8]) {
            self.identifier = identifier
            let slash = identifier.firstIndex(of: UInt8(ascii: "/"))
            name = slash.map { Array(identifier[($0 + 1)...]) } ?? identifier
        }
    }

    struct Algorithm: Hashable {
        let className: [UInt8]
        let arguments: Fact<[String: Fact<[[UInt8]]>]>
        let model: Fact<Model?>

        init(_ algorithm: PolicyTask.Algorithm) {
            className = Array(algorithm.className.utf8)
            arguments = algorithm.arguments.map { arguments in
                arguments.mapValues { $0.map { $0.map { Array($0.utf8) } } }
            }
            model = algorithm.model.map { $0.map(Model.init) }
        }
    }

    struct Model: Hashable {
        let className: [UInt8]?
        let owner: [UInt8]?
        let name: [UInt8]?
        let version: [UInt8]?

        init(_ model: PolicyTask.Model) {
            className = model.className.map { Array($0.utf8) }
            owner = model.owner.map { Array($0.utf8) }
            name = model.name.map { Array($0.utf8) }
            version = model.version.map { Array($0.utf8) }
        }
    }
}
