// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemFiles

/// The Unix socket's place in the file system.
///
/// The server binds it in a directory that nobody else can enter, and it gets its name when its mode is right: others can't
/// connect, not even for a moment.
struct StatusSocket: Sendable {
    /// Where it will be.
    let path: String
    /// Whether everybody can connect; who may what is another question.
    let isForOthers: Bool

    /// A name that is as good as unique, as long as this one.
    private let random = String(UInt32.random(in: .min ... .max), radix: 36)

    private var directory: URL { URL(filePath: path).deletingLastPathComponent() }
    private var stagingDirectory: URL { directory.appending(path: ".\(random)") }
    /// Where the server binds it.
    var stagingPath: String { stagingDirectory.appending(path: "s").path }

    /// The longest path that ``stagingPath`` can be for a socket, in bytes.
    static func stagingBytes(_ path: String) -> Int {
        URL(filePath: path).deletingLastPathComponent().path.utf8.count + "/.zzzzzzz/s".utf8.count
    }

    init(path: String, isForOthers: Bool) {
        self.path = path
        self.isForOthers = isForOthers
    }

    /// Makes the directories.
    ///
    /// - Throws: ``AgentFailure`` if something has the socket's name that no agent left there: nothing else is ever removed.
    func prepare() throws {
        try PrivateDirectory.make(directory)
        try requireOurs()
        try PrivateDirectory.make(stagingDirectory)
    }

    /// Gives the bound socket its name, in the place of the one that a killed process left behind. That no other agent
    /// serves that one is certain: the state's lock has been taken.
    func publish() throws {
        defer { rmdir(stagingDirectory.path) }
        guard chmod(stagingPath, isForOthers ? 0o666 : 0o600) == 0 else { throw failure() }
        if try requireOurs(), unlink(path) != 0, errno != ENOENT { throw failure() }
        // A link never takes the place of anything.
        guard link(stagingPath, path) == 0, unlink(stagingPath) == 0 else { throw failure() }
    }

    /// - Returns: Whether an agent of this account left a socket there.
    @discardableResult
    private func requireOurs() throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure() }
            return false
        }
        guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == geteuid() else {
            throw AgentFailure(
                .configuration,
                "there is something else than a socket of this agent at \(path)",
                hint: "remove it, or change status.listen"
            )
        }
        return true
    }

    private func failure() -> AgentFailure {
        AgentFailure(.inputOutput, "the status socket can't be made at \(path): \(SystemError.last)")
    }
}
