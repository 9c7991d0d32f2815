// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation
import PodSandbox
import SystemFiles
import Testing

/// A few rounds of what `Scripts/crash-test` does a hundred times.
@Suite struct FlameCrashTests {
    @Test("Killed at any moment, the agent and its commands do everything once", .timeLimit(.minutes(2)))
    func exactlyOnce() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "crash-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: directory) }
        let keys = directory.appending(path: "state/keys")
        try FileManager.default.createDirectory(
            at: keys,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        // Making a key takes seconds; the recorded one is as good.
        try SecretFile(keys.appending(path: "pod_rsa.pem")).create(try RecordedKey.pod.pkcs8PEM())
        let test = FlameCrashTest(
            analyses: 5,
            seed: 1,
            executable: try PodAgentExecutable.url(),
            directory: directory,
            accessManagerKey: try RecordedKey.other.publicKey
        )
        let verdict = try await test.run { _ in }
        #expect(verdict.violations == [])
        #expect(verdict.agentKills + verdict.commandKills > 0)
    }
}
