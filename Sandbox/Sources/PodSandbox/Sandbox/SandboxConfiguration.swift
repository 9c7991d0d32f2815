// SPDX-License-Identifier: Apache-2.0

package import Cryptography
package import Foundation
package import Logging

/// How a sandbox is set up.
package struct SandboxConfiguration: Sendable {
    /// The port of each stand-in; 0 takes a free one.
    package struct Ports: Sendable {
        /// The Hub's.
        package var hub = 0
        /// The Access Manager's.
        package var accessManager = 0
        /// The identity provider's.
        package var identityProvider = 0
        /// The object storage's.
        package var objectStorage = 0
        /// The SMART on FHIR service's.
        package var smartOnFHIR = 0
        /// The message service's.
        package var messageService = 0
        /// The FLAME Hub's.
        package var flame = 0

        /// Free ports.
        package init() {}
    }

    /// The public key that the Access Manager shows.
    package var accessManagerKey: RSAPublicKey
    /// The owner of the pod.
    package var owner = SandboxUser("acme")
    /// Where large objects are kept, in a directory of their own that is removed at the end.
    package var objectDirectory: URL = FileManager.default.temporaryDirectory
    /// How long a delivered message stays hidden before it is delivered again.
    package var visibility: Duration = .seconds(30)
    /// How much the FLAME Hub has in the beginning.
    package var flameSize = FlameSeed.Size()
    /// The ports.
    package var ports = Ports()
    /// Hears what the servers have to say.
    package var logger: Logger

    /// A sandbox on free ports.
    package init(accessManagerKey: RSAPublicKey) {
        self.accessManagerKey = accessManagerKey
        var logger = Logger(label: "sandbox")
        // Servers that are cancelled say so at the level of an error.
        logger.logLevel = .critical
        self.logger = logger
    }
}
