// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation

extension Scenario {
    /// How long a modeller waits where no answer is expected.
    static let patienceWithSilence: Duration = .seconds(6)

    /// Requests that are wrong in themselves.
    static let flawed: [Scenario] = [
        flaw("cut in the middle", .truncated, "no answer", "malformed-request"),
        flaw("random bytes", .noise, "no answer", "malformed-request"),
        flaw("encrypted for another key", .encryptedForAnotherKey, "no answer", "undecryptable-request"),
        flaw("changed ciphertext", .ciphertextChanged, "no answer", "undecryptable-request"),
        flaw("session key of 16 bytes", .sessionKey(bytes: 16), "no answer", "malformed-inner-request"),
        flaw("zstd bomb of 256 MiB", .zstandardBomb(bytes: 256 << 20), "no answer", "malformed-request"),
        flaw("100,000 lists deep", .nesting(depth: 100_000), "no answer", "malformed-request"),
        flaw(
            "another protocol outside than inside",
            .outerProtocolDiffers,
            setupError("The parts of the request contradict each other"),
            "protocol-mismatch"
        ),
        flaw(
            "pod not named inside",
            .namesPods(["acme/other-data"]),
            setupError("The parts of the request contradict each other"),
            "pod-not-named"
        ),
        flaw(
            "flow specification",
            .flowSpecification,
            setupError("Flow specifications are not supported"),
            "flow-spec"
        ),
        authentication("local", .g1, "NO_ACCESS", "local-authentication"),
        authentication("kerberos", .g1, "NO_ACCESS", "unknown-authentication"),
        authentication(
            "kerberos",
            .g2,
            setupError("The authentication type is not supported"),
            "unknown-authentication"
        ),
        authentication("saml", .g2, setupError("The authentication type is not supported"), "saml-unsupported"),
    ]

    /// Messages that a dishonest message service has changed, or made up.
    static let tampered: [Scenario] = [
        tampering("10 minutes old", Expectation(late, "stale-request")) { tampering, _ in
            tampering.timestamp = SandboxMessageService.timestamp(Date().addingTimeInterval(-600))
        },
        tampering("10 minutes ahead", Expectation(late, "future-request")) { tampering, _ in
            tampering.timestamp = SandboxMessageService.timestamp(Date().addingTimeInterval(600))
        },
        tampering(
            "unreadable timestamp",
            Expectation(setupError("The request is malformed"), "malformed-timestamp")
        ) { tampering, _ in tampering.timestamp = "yesterday" },
        tampering("another sender", Expectation("no answer", "access-manager-invalid-proof")) { tampering, _ in
            tampering.sender = "mallory"
        },
        // No username, so the Access Manager takes no question about it.
        tampering("a sender that passes for a salted name", Expectation("no answer", "access-manager-refused")) {
            tampering,
            stage in
            let name = "sha256:\(String(repeating: "0123456789abcdef", count: 4))"
            stage.sandbox.directory.add(SandboxUser(name))
            tampering.sender = name
        },
        // The entry of a malformed envelope names no task.
        tampering("a sender that steers terminals", Expectation("no answer", nil)) { tampering, stage in
            let name = "\u{1B}[2J\u{9B}1A\u{202E}\r\nalice"
            stage.sandbox.directory.add(SandboxUser(name))
            tampering.sender = name
        },
        tampering("no worker mailbox", Expectation("no answer", "no-reply-address")) { tampering, _ in
            tampering.podMailboxIDs = { _ in [:] }
        },
        tampering("addressed to a foreign dataset", Expectation("no answer", "unknown-target")) { tampering, stage in
            let foreign = "mallory/heart-data"
            tampering.recipient = foreign
            tampering.podMailboxIDs = { boxes in [foreign: boxes[stage.target] ?? ""] }
        },
        tampering("an extra pod", Expectation(contradiction, "pods-mismatch")) { tampering, _ in
            tampering.podMailboxIDs = { $0.merging(["mallory/spy": "nowhere"]) { $1 } }
        },
        tampering("local file as body", Expectation("no answer", "body-unavailable")) { tampering, _ in
            tampering.body = [0xAB] + Array("/etc/passwd".utf8)
        },
        tampering("unknown message type", Expectation("no answer", nil)) { tampering, _ in
            tampering.type = MessageType(rawValue: 4711)
        },
        Scenario(
            name: "tampered: secure aggregation with an unapproved pod",
            expected: Expectation("NO_ACCESS", "unapproved-pods")
        ) { stage in
            var submission = stage.submission(.g2, .keyBased)
            submission.protocolDocument = TaskSubmission.secureAverage
            submission.flaw = .namesPods([stage.target, "mallory/spy"])
            var tampering = Tampering()
            tampering.podMailboxIDs = { $0.merging(["mallory/spy": "nowhere"]) { $1 } }
            submission.tampering = tampering
            return Observation(try await stage.modeller().run(submission))
        },
    ]

    /// Signed requests while others that nobody proves are in the way, in the same name.
    static let crowded: [Scenario] = [
        Scenario(
            name: "crowded: 8 exchanges in the modeller's name that nobody answers",
            expected: Expectation("ACCEPT", "accepted")
        ) { stage in
            var silent = stage.submission(.g2, .oidcDeviceCode)
            silent.conduct = .silent
            return try await crowd(stage, with: silent, count: 8)
        },
        Scenario(
            name: "crowded: 20 forged signatures in the modeller's name",
            expected: Expectation("ACCEPT", "accepted")
        ) { stage in
            var forged = stage.submission(.g2, .keyBased)
            forged.flaw = .forgedSignature
            return try await crowd(stage, with: forged, count: 20)
        },
    ]

    private static func crowd(
        _ stage: ScenarioStage,
        with others: TaskSubmission,
        count: Int
    ) async throws -> Observation {
        let modeller = stage.modeller()
        for _ in 0..<count { try await modeller.submit(others) }
        var genuine = stage.submission(.g2, .keyBased)
        genuine.patience = .seconds(10)
        return Observation(try await modeller.run(genuine))
    }

    private static let late = #"TASK_TIMEOUT ["Task request timed out"]"#
    private static let contradiction = setupError("The parts of the request contradict each other")

    private static func setupError(_ text: String) -> String {
        "TASK_SETUP_ERROR [\"\(text)\"]"
    }

    private static func flaw(_ what: String, _ flaw: RequestFlaw, _ answer: String, _ reason: String) -> Scenario {
        Scenario(name: "flawed: \(what)", expected: Expectation(answer, reason)) { stage in
            var submission = stage.submission(.g2, .keyBased)
            submission.flaw = flaw
            if answer == "no answer" { submission.patience = patienceWithSilence }
            return Observation(try await stage.modeller().run(submission))
        }
    }

    private static func authentication(
        _ type: String,
        _ generation: Generation,
        _ answer: String,
        _ reason: String
    ) -> Scenario {
        let name = "flawed: authentication type \(type) \(generation.rawValue.uppercased())"
        return Scenario(name: name, expected: Expectation(answer, reason)) { stage in
            Observation(
                try await stage.modeller().run(stage.submission(generation, AuthenticationType(rawValue: type)))
            )
        }
    }

    private static func tampering(
        _ what: String,
        _ expected: Expectation,
        _ change: @escaping @Sendable (inout Tampering, ScenarioStage) -> Void
    ) -> Scenario {
        Scenario(name: "tampered: \(what)", expected: expected) { stage in
            stage.sandbox.directory.add(SandboxUser("mallory"))
            var submission = stage.submission(.g2, .keyBased)
            var tampering = Tampering()
            change(&tampering, stage)
            submission.tampering = tampering
            if expected.answer == "no answer" { submission.patience = patienceWithSilence }
            return Observation(try await stage.modeller().run(submission))
        }
    }
}
