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
            let (upstream, client) = (try connect(to: port), connection.descriptor)
            try connection.send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n")
            Thread { copy(from: upstream, to: client) }.start()
            copy(from: client, to: upstream)
            close(upstream)
        }
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
