// SPDX-License-Identifier: Apache-2.0

import Cryptography
import Foundation

extension Agent {
    /// The pod's public key in OpenSSH's one-line form, as it is registered.
    ///
    /// - Throws: ``AgentFailure`` with `input` if there is no usable key.
    public static func publicKey(_ configuration: AgentConfiguration) throws -> String {
        try PodKeyStore(privateKeyFile: configuration.requiredPod().keyFile).load().publicKey.openSSH
    }

    /// Makes the pod's key pair.
    ///
    /// - Returns: The public key, as ``publicKey(_:)`` gives it.
    /// - Throws: ``AgentFailure`` with `data` if there is a key already.
    public static func createKey(_ configuration: AgentConfiguration) async throws -> String {
        let file = try configuration.requiredPod().keyFile
        _ = try StateDirectory(configuration.stateDirectory)
        let pair = try await PodKeyStore(privateKeyFile: file).loadOrGenerate()
        guard pair.isNew else {
            throw AgentFailure(
                .data,
                "\(file.path) is there already and is not replaced",
                hint: "`pod-agent keys show` prints its public half"
            )
        }
        return pair.key.publicKey.openSSH
    }
}
