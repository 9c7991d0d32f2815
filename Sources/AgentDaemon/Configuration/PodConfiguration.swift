// SPDX-License-Identifier: Apache-2.0

import Bitfount
public import Foundation

/// The pod and the datasets that it makes known.
public struct PodConfiguration: Sendable {
    /// The pod's name, without its owner.
    public var name: String
    /// The pod's RSA private key; made at the first start where it does not exist.
    public var keyFile: URL
    /// The datasets, at least one, each with a name of its own.
    public var datasets: [DatasetConfiguration]
    /// Other pods that may take part in a task with secure aggregation: `owner/name`, or `name` for one's own.
    public var approvedPods: [String]

    init(
        _ section: ConfigurationSection,
        paths: ConfigurationPaths,
        stateDirectory: URL
    ) throws(ConfigurationError) {
        let name = try section.value(
            "name",
            variables: ["BITFOUNT_POD_NAME", "BITFOUNT_NAME"],
            expected: DatasetConfiguration.expectedName,
            parse: { PodIdentifier.isValidName($0) ? $0 : nil }
        )
        guard let name else {
            throw section.error("name", problem: "missing; expected \(DatasetConfiguration.expectedName)")
        }
        self.name = name
        keyFile =
            try section.value("key_file", expected: "a path", parse: paths.resolve)
            ?? stateDirectory.appendingPathComponent("keys/pod_rsa.pem")
        var datasets: [DatasetConfiguration] = []
        for element in try section.sections("datasets") {
            let dataset = try DatasetConfiguration(element, paths: paths)
            guard !datasets.contains(where: { $0.name == dataset.name }) else {
                throw element.error("name", problem: "expected a name that no other dataset has")
            }
            datasets.append(dataset)
        }
        guard !datasets.isEmpty else { throw section.error("datasets", problem: "expected at least one dataset") }
        self.datasets = datasets
        approvedPods = try section.list("approved_pods", expected: "pod identifiers, owner/name") ?? []
        if let wrong = approvedPods.first(where: { !Self.isPodReference($0) }) {
            throw section.error("approved_pods", problem: "expected owner/name or name, found \"\(wrong)\"")
        }
        try section.finish()
    }

    private static func isPodReference(_ text: String) -> Bool {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch halves.count {
        case 1: return PodIdentifier.isValidName(text)
        case 2: return PodIdentifier.isValidUsername(halves[0]) && PodIdentifier.isValidName(halves[1])
        default: return false
        }
    }
}
