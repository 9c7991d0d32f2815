// SPDX-License-Identifier: Apache-2.0

import StrictJSON
import Testing

@testable import OwnerPolicy

@Suite("A task's facts as JSON")
struct PolicyTaskTests {
    private func task(_ text: String) throws -> PolicyTask {
        try PolicyTask(json: JSONValue(parsing: Array(text.utf8)))
    }

    @Test("What is written is read again, and what is not known stays so")
    func roundTrip() throws {
        let model = PolicyTask.Model(className: "BitfountModelReference", owner: "acme", name: "net", version: "3")
        let full = PolicyTask.sample(
            algorithms: [.sample("x.Train", ["field": ["age", "bmi"]], model: model), .sample("x.Average")],
            aggregator: "bitfount.SecureAggregator",
            otherPods: ["acme/lab"],
            identity: .oidcDeviceCode
        )
        let partial = PolicyTask(modeller: .known("alice"), algorithms: .known([.init(className: "x.Train")]))
        for task in [full, partial, PolicyTask(), .sample(project: nil)] {
            #expect(try PolicyTask(json: JSONValue(parsing: task.json.serialized())) == task)
        }
    }

    @Test("A single text stands for a list of one, and null for an argument that is not known")
    func arguments() throws {
        let task = try task(#"{"algorithms": [{"class": "x", "arguments": {"field": "age", "query": null}}]}"#)
        #expect(task.algorithms.value?.first?.arguments == .known(["field": .known(["age"]), "query": .notKnown]))
        #expect(task.project == .notKnown)
        #expect(try self.task(#"{"project": null}"#).project == .known(nil))
    }

    @Test(
        "A wrong member is named",
        arguments: [
            ("[]", "expected an object"),
            (
                #"{"modeler": "a"}"#,
                "modeler: unknown member; expected one of modeller, project, dataset, protocol, algorithms, aggregator, other_pods, identity"
            ),
            (#"{"modeller": 3}"#, "modeller: expected a text"),
            (#"{"project": 3}"#, "project: expected a text or null"),
            (#"{"algorithms": {}}"#, "algorithms: expected a list"),
            (#"{"algorithms": [{}]}"#, "algorithms[0].class: missing; expected a text"),
            (
                #"{"algorithms": [{"class": "a", "arguments": {"b": 1}}]}"#,
                "algorithms[0].arguments.b: expected a list of texts"
            ),
            (#"{"algorithms": [{"class": "a", "model": 1}]}"#, "algorithms[0].model: expected an object or null"),
            (#"{"other_pods": [1]}"#, "other_pods: expected a list of texts"),
            (
                #"{"identity": "passkey"}"#,
                "identity: expected one of signature, oidc-device-code, oidc-auth-code, saml"
            ),
        ]
    )
    func faults(text: String, fault: String) {
        do {
            _ = try task(text)
            Issue.record("no fault")
        } catch {
            #expect("\(error)" == fault)
        }
    }
}
