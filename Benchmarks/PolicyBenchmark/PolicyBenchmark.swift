// SPDX-License-Identifier: Apache-2.0

import Foundation
import OwnerPolicy

/// Holds tasks against policies, and prints what it took; started by `Benchmarks/policy`.
///
/// `policy-benchmark RULES TASKS`: a policy of so many rules, none of which ends the search for any of the tasks, and each of which
/// asks in turn for a modeller, a glob, a dataset and hour, a model, or a list of 100 modellers. Prints the seconds to read it, the
/// microseconds for each task, the microseconds for each task with 20 rules and a limit that is counted in memory, and the most
/// resident kilobytes.
@main
enum PolicyBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 2 else {
            FileHandle.standardError.write(Data("usage: policy-benchmark RULES TASKS\n".utf8))
            exit(64)
        }
        let clock = ContinuousClock()
        let text = policy(rules: arguments[0])
        let start = clock.now
        let policy = try Policy(Array(text.utf8))
        let reading = start.duration(to: clock.now) / .seconds(1)

        let searching = try microseconds(policy, tasks: arguments[1] / 50)
        let limited = try Policy(
            Array(
                (self.policy(rules: 20) + "  - {name: daily, then: limit, at_most: 20 per 24h, each: modeller}\n").utf8
            )
        )
        let counting = try microseconds(limited, tasks: arguments[1])
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        print(reading, searching, counting, usage.ru_maxrss)
    }

    private static func microseconds(_ policy: Policy, tasks: Int) throws -> Double {
        var ledger = LimitLedger()
        var accepted = 0
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<tasks {
            let moment = Date(timeIntervalSince1970: 1_770_000_000 + Double(number) * 30)
            let task = PolicyTask(
                modeller: .known("modeller-\(number % 1_000)"),
                project: .known("project-\(number % 50)"),
                dataset: .known("acme/heart-data"),
                protocolClass: .known("bitfount.ResultsOnly"),
                algorithms: .known([
                    .init(
                        className: "bitfount.ModelInference",
                        arguments: .known([:]),
                        model: .known(
                            .init(className: "BitfountModelReference", owner: "acme", name: "net", version: "3")
                        )
                    )
                ]),
                aggregator: .known(nil),
                otherPods: .known([]),
                identity: .known(.signature)
            )
            let finding = policy.examine(task, at: moment) { use, limit in ledger.isReached(use, limit, at: moment) }
            guard case .passed = finding.outcome else { continue }
            accepted += 1
            for use in finding.uses { ledger.insert(use, policy.limit(of: use.rule), at: moment) }
        }
        precondition(accepted > 0, "no task passed, so that the search ended early")
        return start.duration(to: clock.now) / .microseconds(1) / Double(tasks)
    }

    private static func policy(rules: Int) -> String {
        var text = "version: 1\nzone: Europe/Berlin\nrules:\n"
        for number in 0..<rules {
            let condition =
                switch number % 5 {
                case 0: "modeller: barred-\(number)"
                case 1: "project: \"closed-\(number)-*\""
                case 2: "dataset: heart-data, hours: \"00:00-24:00\", protocol: bitfount.Other\(number)"
                case 3: "model: {owner: acme, name: other-\(number)}"
                default: "modeller: [\((0..<100).map { "m\(number)-\($0)" }.joined(separator: ", "))]"
                }
            text += "  - {name: r\(number), when: {\(condition)}, then: deny}\n"
        }
        return text
    }
}
