// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The `pod-agent` that was built beside these tests.
enum PodAgentExecutable {
    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "there is no \(path): run `swift build --product pod-agent` first" }
    }

    /// Where it is.
    static func url() throws -> URL {
        let url = Bundle.module.bundleURL.deletingLastPathComponent().appending(path: "pod-agent")
        guard FileManager.default.isExecutableFile(atPath: url.path) else { throw Missing(path: url.path) }
        return url
    }
}
