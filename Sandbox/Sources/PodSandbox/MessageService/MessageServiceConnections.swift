// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// The connections that clients hold to the message service, so that faults can cut them.
final class MessageServiceConnections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.channels.withLock { $0[id] = nil }
        }
    }

    /// Closes the connection from that peer, such as `ipv4:127.0.0.1:49152`.
    func drop(peer: String) {
        let found = channels.withLock { channels in
            channels.values.first { channel in
                channel.remoteAddress?.port.map { peer.hasSuffix(":\($0)") } ?? false
            }
        }
        found?.close(promise: nil)
    }

    func dropAll() {
        let all = channels.withLock { Array($0.values) }
        all.forEach { $0.close(promise: nil) }
    }
}
