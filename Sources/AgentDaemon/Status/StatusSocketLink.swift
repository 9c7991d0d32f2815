// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The name `status.sock` in the state directory: the status socket itself, or a link to where it is.
///
/// A unit gives the agent a runtime directory that a shell's command knows nothing about. Both know the state directory.
struct StatusSocketLink {
    private let path: String

    init(stateDirectory: URL) {
        path = stateDirectory.appendingPathComponent(StatusConfiguration.socketName).path
    }

    /// Makes the name lead to the socket; without a socket elsewhere the name is free afterwards.
    ///
    /// The state directory is locked by then, so nobody else serves there.
    ///
    /// - Throws: ``AgentFailure`` if the link can't be made.
    func lead(to address: StatusConfiguration.Address) throws(AgentFailure) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { unlink(path) }
        guard case .unixSocket(let socket) = address, socket != path else { return }
        // A socket that a former life left here is in the way, too.
        unlink(path)
        guard symlink(socket, path) == 0 else {
            let reason = String(cString: strerror(errno))
            throw AgentFailure(.inputOutput, "\(path) can't be made a link to the status socket: \(reason)")
        }
    }

    /// The socket that the link leads to; `nil` where there is no link.
    var target: StatusConfiguration.Address? {
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
        return .unixSocket(path: target)
    }
}
