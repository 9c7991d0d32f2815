import Foundation
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

    /// The port on which it listens.
    public let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    /// Serves each connection with a script, which runs on the connection's own thread. The connection is closed when
    /// the script returns or throws.
    public init(_ script: @escaping @Sendable (ServerConnection) throws -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, size) == 0 && listen(listener, 512) == 0
                    && getsockname(listener, pointer, &size) == 0
            }
        }
        guard listener >= 0, bound else { throw SocketError() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self, listener] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
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
