// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import HTTPTestSupport

/// A connection whose client does what no library would do.
final class RawConnection: Sendable {
    private let descriptor: Int32

    /// Connects to a port of 127.0.0.1.
    init(port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        address.sin_port = in_port_t(port).bigEndian
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isConnected = withUnsafePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw SocketError() }
    }

    deinit {
        close(descriptor)
    }

    /// Sends text; `false` if the other side has closed.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// What has come, without waiting; `nil` if the other side has closed.
    func received() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 { return String(decoding: buffer.prefix(count), as: UTF8.self) }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? "" : nil
    }

    /// Waits until the other side has closed, and returns what it sent before.
    func untilClosed() async throws -> String {
        var text = ""
        while let part = received() {
            text += part
            try await Task.sleep(for: .milliseconds(2))
        }
        return text
    }
}
