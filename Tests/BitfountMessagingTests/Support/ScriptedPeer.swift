// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A TCP server on this machine that does with each connection what it is told.
struct ScriptedPeer {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Listens while the body runs. A connection is closed when its handler returns.
    static func run<Result: Sendable>(
        handling connection: @escaping @Sendable (Inbound, Outbound) async throws -> Void,
        _ body: (_ port: Int) async throws -> Result
    ) async throws -> Result {
        // Accepted connections stay plain channels until somebody takes them: an asynchronous one that nobody took when the
        // test ends would end the process. Nothing is read before that.
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0) { $0.eventLoop.makeSucceededFuture($0) }
        let port = try #require(server.channel.localAddress?.port)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await withThrowingDiscardingTaskGroup { connections in
                    try await server.executeThenClose { accepted in
                        for try await client in accepted {
                            connections.addTask {
                                // A peer that goes away is no fault of the test.
                                try? await take(client).executeThenClose(connection)
                            }
                        }
                    }
                }
            }
            let result = try await body(port)
            group.cancelAll()
            return result
        }
    }

    private static func take(_ client: any Channel) async throws -> Connection {
        try await client.eventLoop.submit {
            let connection = try Connection(wrappingChannelSynchronously: client)
            try client.syncOptions?.setOption(.autoRead, value: true)
            return connection
        }.get()
    }

    static func connect(port: Int) async throws -> Connection {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
    }
}

/// A proxy that remembers what it was asked and answers as it is told.
final class ScriptedProxy: Sendable {
    enum Behaviour: Sendable {
        /// Opens a tunnel, whatever the target, to this port; the answer arrives in pieces.
        case tunnel(port: Int)
        /// Answers with these bytes and closes.
        case answer(String)
    }

    private let behaviour: Behaviour
    private let heads = Mutex<[String]>([])

    init(_ behaviour: Behaviour) {
        self.behaviour = behaviour
    }

    /// What was asked, one text for each connection.
    var requests: [String] { heads.withLock { $0 } }

    func handle(_ inbound: ScriptedPeer.Inbound, _ outbound: ScriptedPeer.Outbound) async throws {
        var iterator = inbound.makeAsyncIterator()
        var head = ""
        while !head.hasSuffix("\r\n\r\n"), let bytes = try await iterator.next() {
            head += String(buffer: bytes)
        }
        heads.withLock { $0.append(head) }
        switch behaviour {
        case .answer(let text):
            try await outbound.write(ByteBuffer(string: text))
        case .tunnel(let port):
            for piece in ["HTTP/1.1 200 Connection", " established\r\nVia: test\r", "\n\r", "\n"] {
                try await outbound.write(ByteBuffer(string: piece))
            }
            let target = try await ScriptedPeer.connect(port: port)
            try await target.executeThenClose { fromTarget, toTarget in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await bytes in fromTarget { try await outbound.write(bytes) }
                    }
                    while let bytes = try await iterator.next() { try await toTarget.write(bytes) }
                    group.cancelAll()
                }
            }
        }
    }
}
