// SPDX-License-Identifier: Apache-2.0

import BitfountTasks

extension Scenario {
    /// Modellers who do not prove who they are.
    static let identity: [Scenario] =
        IdentityKind.allCases.filter { $0.authentication != .keyBased }.flatMap { kind -> [Scenario] in
            let deniedAnswer = kind.authentication == .saml ? "malformed-identity-answer" : "identity-refused"
            return [
                kind.conduct("logs in as somebody else", .logsInAs("mallory"), "INVALID_PROOF_OF_IDENTITY", nil),
                kind.conduct("says no on the login page", .denies, "NO_PROOF_OF_IDENTITY", deniedAnswer),
                kind.conduct("answers nonsense", .answersNonsense, "NO_PROOF_OF_IDENTITY", "malformed-identity-answer"),
            ]
        } + [
            IdentityKind.oidc.conduct("never answers", .silent, "NO_PROOF_OF_IDENTITY", "identity-timeout"),
            IdentityKind.oidc.conduct(
                "is online but does not answer",
                .onlineButSilent,
                "NO_PROOF_OF_IDENTITY",
                "identity-timeout"
            ),
            IdentityKind.oidc.conduct(
                "withdraws the task",
                .cancels,
                "TASK_ABORT CANCELLED_BY_MODELLER",
                "cancelled-by-modeller"
            ),
            IdentityKind(generation: .g2, authentication: .oidcAuthorizationCode)
                .conduct("hands over a wrong verifier", .wrongVerifier, "NO_PROOF_OF_IDENTITY", "identity-refused"),
            IdentityKind.saml.conduct(
                "answers with a recorded response",
                .foreignSAMLResponse,
                "INVALID_PROOF_OF_IDENTITY",
                nil
            ),
            IdentityKind.saml.conduct("adds fields to the form", .overridesSAMLFields, "ACCEPT", "accepted"),
            Scenario(
                name: "signature G2: forged signature",
                expected: Expectation("INVALID_PROOF_OF_IDENTITY", "forged-signature")
            ) { stage in
                var submission = stage.submission(.g2, .keyBased)
                submission.flaw = .forgedSignature
                return Observation(try await stage.modeller().run(submission))
            },
        ]
}

extension IdentityKind {
    fileprivate static let oidc = IdentityKind(generation: .g2, authentication: .oidcDeviceCode)
    fileprivate static let saml = IdentityKind(generation: .g1, authentication: .saml)

    fileprivate func conduct(
        _ what: String,
        _ conduct: ModellerConduct,
        _ answer: String,
        _ reason: String?
    ) -> Scenario {
        let expected = Scenario.Expectation(answer, reason ?? "access-manager-invalid-proof")
        return Scenario(name: "\(name): modeller \(what)", expected: expected) { stage in
            stage.sandbox.directory.add(SandboxUser("mallory"))
            var submission = stage.submission(generation, authentication)
            submission.conduct = conduct
            return Scenario.Observation(try await stage.modeller().run(submission))
        }
    }
}
