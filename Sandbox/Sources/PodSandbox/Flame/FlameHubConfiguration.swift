// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Logging

/// How a stand-in of a FLAME Hub is set up.
package struct FlameHubConfiguration: Sendable {
    /// The release that it is.
    package var release = FlameRelease.v0_14
    /// The port; 0 takes a free one.
    package var port = 0
    /// How much is there in the beginning.
    package var size = FlameSeed.Size()
    /// How long the Hub's workers wait before they do something, such as making the buckets of a new analysis.
    package var workDelay = Duration.milliseconds(20)
    /// Where large files are kept, in a directory of their own that is removed at the end.
    package var fileDirectory: URL = FileManager.default.temporaryDirectory
    /// Hears what the server has to say.
    package var logger: Logger

    /// A Hub of release 0.14 on a free port, with one project and a few analyses.
    package init() {
        var logger = Logger(label: "sandbox-flame")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// The same of another release.
    package static func of(_ release: FlameRelease) -> FlameHubConfiguration {
        var configuration = FlameHubConfiguration()
        configuration.release = release
        return configuration
    }
}
