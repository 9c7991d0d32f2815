// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The other end of an anchor: a socket on loopback.
final class TestSocket: Sendable {
    struct Failure: Error {}

    private let descriptor: Int32
    let port: Int

    init(unixDatagram path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        port = 0
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure() }
    }

    convenience init(udp: Void) throws {
        try self.init(type: Int32(SOCK_DGRAM.rawValue))
    }

    convenience init(tcp: Void) throws {
        try self.init(type: Int32(SOCK_STREAM.rawValue))
        guard listen(descriptor, 8) == 0 else { throw Failure() }
    }

    private init(type: Int32) throws {
        descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }

    /// The next datagram.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure() }
        return Array(buffer.prefix(count))
    }

    /// Everything that the next connection brings until it is closed.
    func receiveConnection() throws -> [UInt8] {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { throw Failure() }
        defer { close(connection) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
            received += buffer.prefix(count)
        }
        return received
    }

    /// Reads one HTTP request and answers it.
    func answer(_ response: String) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { [descriptor] in
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return continuation.resume(throwing: Failure()) }
                defer { close(connection) }
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while !received.ends(with: "}".utf8) {
                    let count = recv(connection, &buffer, buffer.count, 0)
                    guard count > 0 else { break }
                    received += buffer.prefix(count)
                }
                let bytes = Array(response.utf8)
                _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                continuation.resume(returning: received)
            }
        }
    }
}

extension [UInt8] {
    fileprivate func ends(with end: some Collection<UInt8>) -> Bool {
        suffix(end.count).elementsEqual(end)
    }
}
