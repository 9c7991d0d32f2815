// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A port of 127.0.0.1 on which nobody listens, nor will while this lives: it is bound, so that no other test's server gets it.
public final class UnheardPort: Sendable {
    /// The port.
    public let number: UInt16
    private let descriptor: Int32

    /// Takes a free port.
    public convenience init() throws {
        try self.init(binding: 0)
    }

    /// Takes a free port of those that the system gives to nobody who does not name one. Who wants to listen there itself
    /// can give it up without another test's getting it first.
    public static func nameable() throws -> UnheardPort {
        for _ in 0..<100 {
            if let port = try? UnheardPort(binding: UInt16.random(in: 10_000..<30_000)) { return port }
        }
        throw SocketError()
    }

    private init(binding port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        number = UInt16(bigEndian: address.sin_port)
        guard descriptor >= 0, isBound else { throw SocketError() }
    }

    deinit {
        close(descriptor)
    }

    /// An address there, by one of this machine's names.
    public func url(host: String) throws -> URL {
        guard let url = URL(string: "http://\(host):\(number)/") else { throw SocketError() }
        return url
    }
}
