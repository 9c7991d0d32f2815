// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

extension Scenario {
    /// Every way of proving identity, with everything that the Access Manager may say to it.
    static let verdicts: [Scenario] = IdentityKind.allCases.flatMap { kind in
        [
            kind.scenario("ACCEPT", Expectation("ACCEPT", "accepted")) { $0.modeller() },
            kind.scenario("NO_ACCESS", Expectation("NO_ACCESS", "access-manager-no-access")) {
                $0.modeller(hasGrant: false)
            },
            kind.scenario("UNAUTHORISED", Expectation("UNAUTHORISED", "access-manager-unauthorised")) {
                $0.modeller(protocols: ["bitfount.PrivateSetIntersection"])
            },
            kind.scripted("INVALID_PROOF_OF_IDENTITY", "access-manager-invalid-proof"),
            kind.scripted("NO_PROOF_OF_IDENTITY", "access-manager-no-proof"),
            kind.scenario("unknown code", Expectation("NO_ACCESS", "access-manager-unknown-code")) {
                $0.scriptedModeller(.code("PERHAPS"))
            },
            kind.scenario(
                "Access Manager down",
                Expectation("NO_PROOF_OF_IDENTITY", "access-manager-unreachable")
            ) { $0.scriptedModeller(.fault(.dropConnection)) },
        ]
    }

    /// Answers of the Access Manager that are no decision, and those with usage limits.
    static let accessManagerFaults: [Scenario] = [
        fault("no code", .noCode, Expectation("NO_ACCESS", "access-manager-missing-code")),
        fault("not JSON", .fault(.notJSON), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-malformed")),
        fault("a JSON list", .fault(.jsonList), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-malformed")),
        fault("wrong types", .fault(.wrongTypes), Expectation("NO_ACCESS", "access-manager-missing-code")),
        fault(
            "cut-off answer",
            .fault(.truncatedBody),
            Expectation("NO_PROOF_OF_IDENTITY", "access-manager-unreachable")
        ),
        fault("status 400", .fault(.status(400)), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-refused")),
        fault("status 401", .fault(.status(401)), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-refused")),
        fault("status 500", .fault(.status(500)), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-unreachable")),
        fault("status 503", .fault(.status(503)), Expectation("NO_PROOF_OF_IDENTITY", "access-manager-unreachable")),
        fault("lower-case accept", .code("accept"), Expectation("NO_ACCESS", "access-manager-unknown-code")),
        fault("NO_DATA", .code("NO_DATA"), Expectation("NO_DATA", "access-manager-other-code")),
        fault("accept with limits", .code("ACCEPT", limits: [limit(used: 3)]), Expectation("ACCEPT", "accepted")),
        fault(
            "usage limit reached",
            .code("NO_ACCESS", limits: [limit(used: 10)]),
            Expectation(
                #"NO_ACCESS ["Usage of model alice/model:3 is above allowed limit"]"#,
                "access-manager-usage-limit"
            )
        ),
    ]

    private static func limit(used: Int64) -> JSONValue {
        [
            "resourceType": "MODEL_INFERENCE", "resourceName": "alice/model:3", "limit": 10,
            "totalUsage": .integer(used),
        ]
    }

    private static func fault(_ name: String, _ verdict: ScriptedVerdict, _ expected: Expectation) -> Scenario {
        Scenario(name: "Access Manager: \(name)", expected: expected) { stage in
            Observation(try await stage.scriptedModeller(verdict).run(stage.submission(.g2, .keyBased)))
        }
    }
}

extension ScenarioStage {
    /// The scenario's modeller, about whom the Access Manager says what is written here.
    func scriptedModeller(_ verdict: ScriptedVerdict) -> ScriptedModeller {
        sandbox.accessManager.script(verdict, for: username)
        return modeller()
    }
}

extension IdentityKind {
    fileprivate func scenario(
        _ what: String,
        _ expected: Scenario.Expectation,
        _ modeller: @escaping @Sendable (ScenarioStage) -> ScriptedModeller
    ) -> Scenario {
        Scenario(name: "\(name): \(what)", expected: expected) { stage in
            Scenario.Observation(try await modeller(stage).run(stage.submission(generation, authentication)))
        }
    }

    fileprivate func scripted(_ code: String, _ reason: String) -> Scenario {
        scenario(code, Scenario.Expectation(code, reason)) { $0.scriptedModeller(.code(code)) }
    }
}
