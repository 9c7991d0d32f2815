// SPDX-License-Identifier: Apache-2.0

public import Foundation
import Glibc

/// A directory of the mode 0700 that is removed when the value ends.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let url: URL

    /// A new empty directory.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "pod-agent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The place of a name in it.
    public func file(_ name: String) -> URL {
        url.appending(path: name)
    }

    /// Its path, for what takes no URL.
    public var path: String { url.path }

    /// The path of a name in it.
    public func path(_ name: String) -> String { file(name).path }

    /// Writes a file of a mode.
    public func write(_ text: String, _ name: String, mode: mode_t) throws -> URL {
        try Data(text.utf8).write(to: file(name))
        chmod(file(name).path, mode)
        return file(name)
    }

    /// The names of the files, also of hidden ones.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    /// The permissions of a file; 0 if there is none.
    public static func mode(_ url: URL) -> mode_t {
        var status = stat()
        return stat(url.path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }
}
