// SPDX-License-Identifier: Apache-2.0

import AgentDaemon
import Cryptography
import Foundation
import SystemFiles

/// A new file of mode 0600 for a secret that must not be printed.
struct OutputFile {
    private let path: String

    /// - Throws: ``AgentFailure`` if there is such a file already: better before a secret was asked for than after.
    init(newSecret path: String) throws(AgentFailure) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw AgentFailure(.data, "\(path) is there already and is not replaced")
        }
        self.path = path
    }

    /// Writes the secret.
    func write(_ bytes: [UInt8]) throws(AgentFailure) {
        do {
            try SecretFile(URL(filePath: path)).create(SecretBytes(bytes))
        } catch {
            throw AgentFailure(.inputOutput, error.message, underlying: error)
        }
    }
}
