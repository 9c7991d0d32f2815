// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import Synchronization

@testable import FlameHub

/// A Hub on a raw loopback socket: it answers each request with what a test says, byte for byte, and remembers what it
/// was asked.
final class ScriptedHub: Sendable {
    let port: UInt16
    private let listener: Int32
    private let seen = Mutex<[SeenRequest]>([])
    private let answer: @Sendable (SeenRequest) -> Reply

    init(_ answer: @escaping @Sendable (SeenRequest) -> Reply) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard isListening else { throw SocketFault() }
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                Thread { [self] in serve(connection) }.start()
            }
        }.start()
    }

    deinit { close(listener) }

    /// Lets go of the port.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// What was asked so far.
    var requests: [SeenRequest] { seen.withLock(\.self) }

    /// The requests to a path.
    func requests(to path: String) -> [SeenRequest] { requests.filter { $0.path == path } }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var unread = Data()
        let end = Data("\r\n\r\n".utf8)
        while true {
            while unread.range(of: end) == nil {
                guard receive(connection, &unread) else { return }
            }
            guard let head = unread.range(of: end),
                var request = SeenRequest(head: String(decoding: unread[..<head.lowerBound], as: UTF8.self))
            else { return }
            unread = Data(unread[head.upperBound...])
            let length = Int(request.headers["Content-Length"] ?? "0") ?? 0
            while unread.count < length {
                guard receive(connection, &unread) else { return }
            }
            request.body = unread.prefix(length)
            unread = Data(unread.dropFirst(length))
            seen.withLock { $0.append(request) }
            guard send(connection, answer(request).bytes) else { return }
        }
    }

    private func receive(_ connection: Int32, _ unread: inout Data) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(connection, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        unread += bytes[..<count]
        return true
    }

    private func send(_ connection: Int32, _ data: Data) -> Bool {
        var sent = 0
        return data.withUnsafeBytes { bytes in
            while sent < bytes.count {
                let count = Glibc.send(
                    connection,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

struct SocketFault: Error {}
