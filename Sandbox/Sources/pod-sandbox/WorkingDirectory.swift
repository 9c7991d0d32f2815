// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation

/// Where a command keeps its files.
struct WorkingDirectory: ParsableArguments {
    @Option(help: "Where the agent's files go; a temporary directory if left out.")
    var directory: String?

    @Option(help: "Where the sandbox's own keys are kept between runs; inside the directory if left out.")
    var keys: String?

    /// Runs `body` with the directory, and removes it afterwards if it was a temporary one and all went well.
    func use<Result>(_ body: (_ directory: URL, _ keys: URL) async throws -> Result) async throws -> Result {
        let url =
            directory.map { URL(filePath: $0, directoryHint: .isDirectory) }
            ?? FileManager.default.temporaryDirectory.appending(path: "pod-sandbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let keyDirectory = keys.map { URL(filePath: $0, directoryHint: .isDirectory) } ?? url.appending(path: "keys")
        let result = try await body(url, keyDirectory)
        if directory == nil { try FileManager.default.removeItem(at: url) }
        return result
    }
}
