// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The files of the repository that these tests were compiled from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The text files below some folders, or files by their names, with their paths in the repository. Generated sources
    /// are left out.
    static func texts(in folders: [String]) throws -> [(path: String, text: String)] {
        var texts: [(path: String, text: String)] = []
        for folder in folders {
            for path in try paths(below: folder) where !path.contains("/Generated/") {
                let data = try Data(contentsOf: root.appending(path: path))
                if let text = String(bytes: data, encoding: .utf8) { texts.append((path, text)) }
            }
        }
        return texts
    }

    private static func paths(below folder: String) throws -> [String] {
        let location = root.appending(path: folder)
        if try location.resourceValues(forKeys: [.isDirectoryKey]).isDirectory != true { return [folder] }
        return try FileManager.default.subpathsOfDirectory(atPath: location.path(percentEncoded: false))
            .map { "\(folder)/\($0)" }
            .filter { try root.appending(path: $0).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
    }
}
