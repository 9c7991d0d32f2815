// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTestSupport

extension LoopbackServer {
    /// An HTTP proxy that knows `CONNECT` and leads every tunnel to one port of this machine.
    static func tunnelProxy(to port: UInt16, refusingWith status: Int? = nil) throws -> LoopbackServer {
        try LoopbackServer { connection in
            guard try connection.readRequest() != nil else { return }
            if let status {
                try connection.send("HTTP/1.1 \(status) Refused\r\nContent-Length: 0\r\n\r\n")
                return
            }
            try connection.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")
            try relay(connection, to: port)
        }
    }

    /// A SOCKS 5 proxy without a password that leads every tunnel to one port of this machine (RFC 1928).
    static func socksProxy(to port: UInt16, refusing isRefusing: Bool = false) throws -> LoopbackServer {
        try LoopbackServer { connection in
            let methods = try connection.readExactly(2)[1]
            _ = try connection.readExactly(Int(methods))
            try connection.send(Data([5, 0]))
            let start = try connection.readExactly(5)
            let name = try connection.readExactly(Int(start[4]))
            let number = try connection.readExactly(2)
            let target = "\(String(decoding: name, as: UTF8.self)):\(Int(number[0]) << 8 | Int(number[1]))"
            connection.note(ReceivedRequest(method: "SOCKS", target: target))
            try connection.send(Data([5, isRefusing ? 2 : 0, 0, 1, 0, 0, 0, 0, 0, 0]))
            if !isRefusing { try relay(connection, to: port) }
        }
    }

    private static func relay(_ connection: ServerConnection, to port: UInt16) throws {
        let (upstream, client) = (try connect(to: port), connection.descriptor)
        Thread { copy(from: upstream, to: client) }.start()
        copy(from: client, to: upstream)
        close(upstream)
    }

    private static func connect(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
        guard status == 0 else { throw SocketError() }
        return descriptor
    }

    private static func copy(from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(source, &buffer, buffer.count, 0), count > 0 {
            var sent = 0
            while sent < count {
                let result = buffer[sent..<count].withUnsafeBytes {
                    Glibc.send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard result > 0 else { break }
                sent += result
            }
        }
        shutdown(source, Int32(SHUT_RDWR))
        shutdown(target, Int32(SHUT_RDWR))
    }
}
