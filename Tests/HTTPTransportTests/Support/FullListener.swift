// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport

/// A port whose queue of connections is full, so that one more hangs.
final class FullListener {
    let url: URL
    private var descriptors: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var connections: [Int32] = []
        let isFull = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, listen(listener, 0) == 0,
                    getsockname(listener, pointer, &size) == 0
                else { return false }
                for _ in 0..<4 {
                    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
                    connections.append(socket(AF_INET, kind, 0))
                    connect(connections[connections.count - 1], pointer, size)
                }
                return true
            }
        }
        descriptors += connections
        guard isFull, let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/") else {
            throw SocketError()
        }
        self.url = url
    }

    deinit {
        descriptors.forEach { close($0) }
    }
}
