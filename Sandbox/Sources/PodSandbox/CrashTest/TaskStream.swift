// SPDX-License-Identifier: Apache-2.0

import Cryptography

/// Submits tasks at a steady rate without waiting for their answers, until it is told to stop.
struct TaskStream: Sendable {
    let sandbox: Sandbox
    let target: String
    let signingKey: RSAPrivateKey
    private let isStopped = Observed(false)

    init(sandbox: Sandbox, target: String, signingKey: RSAPrivateKey) {
        self.sandbox = sandbox
        self.target = target
        self.signingKey = signingKey
    }

    /// Returns how many tasks were submitted.
    func run(perSecond rate: Int) async throws -> Int {
        let accepted = sandbox.addModeller("welcome", signingKey: signingKey)
        let rejected = sandbox.addModeller("stranger", signingKey: signingKey)
        sandbox.accessManager.grant(AccessGrant(modeller: accepted.username, podIdentifier: target))
        let submission = TaskSubmission([target])
        var next = ContinuousClock.now
        var count = 0
        while !isStopped.read({ $0 }) {
            let modeller = count % 4 == 0 ? rejected : accepted
            try await modeller.submit(submission)
            count += 1
            next += .seconds(1) / rate
            try await Task.sleep(until: next, clock: .continuous)
        }
        return count
    }

    func stop() async {
        isStopped.change { $0 = true }
    }
}
