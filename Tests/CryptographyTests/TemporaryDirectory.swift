import Foundation
import Glibc

/// A directory of the mode 0700 that is removed when the value ends.
final class TemporaryDirectory {
    let url: URL

    init() throws {
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

    func file(_ name: String) -> URL {
        url.appending(path: name)
    }

    /// Writes a file of a mode.
    func write(_ text: String, _ name: String, mode: mode_t) throws -> URL {
        try Data(text.utf8).write(to: file(name))
        chmod(file(name).path, mode)
        return file(name)
    }

    /// The names of the files, also of hidden ones.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    static func mode(_ url: URL) -> mode_t {
        var status = stat()
        return stat(url.path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }
}
