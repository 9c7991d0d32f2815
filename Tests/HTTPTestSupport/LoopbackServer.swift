// SPDX-License-Identifier: Apache-2.0

public import Foundation
import HTTPTransport
import Synchronization

/// A server on a raw socket, one thread for each connection, whose every byte is scripted by a test.
public final class LoopbackServer: Sendable {
    /// What the server has seen.
    public struct Record: Sendable {
        /// Connections that were ever accepted.
        public var accepted = 0
        /// Connections that are open now.
        public var open = 0
        /// The most connections that were open at once.
        public var mostOpen = 0
        /// Requests whose head was read, in the order they came.
        public var requests: [ReceivedRequest] = []
    }

    private struct State {
        var record = Record()
        var waiters: [(condition: @Sendable (Record) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// The port on which it listens; 0 for a Unix socket.
    public let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Serves each connection with a script, which runs on the connection's own thread. The connection is closed when
    /// the script returns or throws.
    public convenience init(_ script: @escaping @Sendable (ServerConnection) throws -> Void) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let listener = try Self.listen(AF_INET, &address)
        self.init(listener, port: UInt16(bigEndian: address.sin_port), script)
    }

    /// The same on a Unix socket.
    public convenience init(
        unixSocket: URL,
        _ script: @escaping @Sendable (ServerConnection) throws -> Void
    ) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(unixSocket.path.utf8)
        try withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            guard path.count < bytes.count else { throw SocketError() }
            bytes.copyBytes(from: path)
        }
        self.init(try Self.listen(AF_UNIX, &address), port: 0, script)
    }

    private init(
        _ listener: Int32,
        port: UInt16,
        _ script: @escaping @Sendable (ServerConnection) throws -> Void
    ) {
        self.listener = listener
        self.port = port
        Thread { [self] in
            while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
                update { record in
                    record.accepted += 1
                    record.open += 1
                    record.mostOpen = max(record.mostOpen, record.open)
                }
                Thread { [self] in
                    try? script(ServerConnection(descriptor, self))
                    close(descriptor)
                    update { $0.open -= 1 }
                }.start()
            }
            close(listener)
        }.start()
    }

    /// A listening socket; `address` becomes the one it was given.
    private static func listen<Address>(_ family: Int32, _ address: inout Address) throws -> Int32 {
        let listener = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        var size = socklen_t(MemoryLayout<Address>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && Glibc.listen(listener, 512) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard listener >= 0, isListening else { throw SocketError() }
        return listener
    }

    /// Answers every request of every connection with what the function returns.
    public static func answering(_ answer: @escaping @Sendable (ReceivedRequest) -> ScriptedResponse) throws
        -> LoopbackServer
    {
        try LoopbackServer { connection in
            while let request = try connection.readRequest() {
                try connection.send(answer(request))
            }
        }
    }

    /// The URL of a path on this server.
    public func url(_ path: String = "/") throws -> URL {
        try url(path, host: "127.0.0.1")
    }

    /// The URL of a path on this server, by another name of this machine.
    public func url(_ path: String, host: String) throws -> URL {
        guard let url = URL(string: "http://\(host):\(port)\(path)") else { throw SocketError() }
        return url
    }

    /// Lets go of the port. Connections that are open live until their scripts end.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// What the server has seen so far.
    public var record: Record {
        state.withLock { $0.record }
    }

    /// Waits until the record fulfils a condition.
    public func wait(until condition: @escaping @Sendable (Record) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isFulfilled = state.withLock { state in
                guard !condition(state.record) else { return true }
                state.waiters.append((condition, continuation))
                return false
            }
            if isFulfilled { continuation.resume() }
        }
    }

    func update(_ change: (inout Record) -> Void) {
        let fulfilled = state.withLock { state in
            change(&state.record)
            let record = state.record
            let fulfilled = state.waiters.filter { $0.condition(record) }.map(\.continuation)
            state.waiters.removeAll { $0.condition(record) }
            return fulfilled
        }
        fulfilled.forEach { $0.resume() }
    }
}

/// A socket did not do what it was told.
public struct SocketError: Error {
    /// Says no more.
    public init() {}
}
