// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The expected transcripts, one file each in `Tests/CommandLineTests/Golden`.
enum Golden {
    /// Set to 1, transcripts replace the expected ones instead of being compared with them.
    static let isUpdating = ProcessInfo.processInfo.environment["POD_AGENT_UPDATE_GOLDEN"] == "1"

    /// Compares a transcript with the expected one of that name.
    static func expect(_ transcript: String, is name: String, _ location: SourceLocation) throws {
        if isUpdating {
            let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            try Data(transcript.utf8).write(to: sources.appending(path: "Golden/\(name).txt"))
            return
        }
        let file = Bundle.module.bundleURL.appending(path: "Golden/\(name).txt")
        guard let data = try? Data(contentsOf: file) else {
            Issue.record(
                "there is no Golden/\(name).txt; POD_AGENT_UPDATE_GOLDEN=1 writes it",
                sourceLocation: location
            )
            return
        }
        #expect(transcript == String(decoding: data, as: UTF8.self), "Golden/\(name).txt", sourceLocation: location)
    }
}
