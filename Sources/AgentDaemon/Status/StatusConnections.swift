// SPDX-License-Identifier: Apache-2.0

import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// What one connection to the status server may take, and how many there may be.
struct StatusLimits: Sendable {
    /// How long a client has for each part of its turn: to send the head of a request, to send the body, to take the answer,
    /// and to begin the next request. What the agent itself does in between has limits of its own.
    var patience: Duration = .seconds(10)
    /// How many connections are open. One more takes the place of the one that has kept the server waiting longest.
    var connections = 64
    /// The largest head of a request, in bytes.
    var headBytes = 16 * 1024
    /// The largest action, in bytes: a comment of 4,096 characters and what was shown.
    var bodyBytes = 64 * 1024
}

/// The open connections of the status server. None of them can keep another one out: whoever is silent, slow or does not
/// read is closed.
final class StatusConnections: Sendable {
    private struct Connection {
        let channel: any Channel
        /// Since when the client is awaited; `nil` while the agent works for it.
        var waitingSince: ContinuousClock.Instant?
        /// Closes the connection when the client's time is up.
        var timer: Scheduled<Void>?
    }

    private let limits: StatusLimits
    private let open = Mutex<[ObjectIdentifier: Connection]>([:])

    init(_ limits: StatusLimits) {
        self.limits = limits
    }

    /// How many there are.
    var count: Int { open.withLock { $0.count } }

    /// A client connected.
    func opened(_ channel: any Channel) {
        let displaced: (any Channel)? = open.withLock { open in
            open[ObjectIdentifier(channel)] = Connection(channel: channel, waitingSince: nil)
            guard open.count > limits.connections else { return nil }
            let longest = open.values.filter { $0.waitingSince != nil }.min { left, right in
                (left.waitingSince ?? .now) < (right.waitingSince ?? .now)
            }
            return longest?.channel ?? channel
        }
        channel.closeFuture.whenComplete { _ in self.forget(channel) }
        displaced?.close(mode: .all, promise: nil)
        awaitClient(of: channel)
    }

    /// The client's turn begins: to send something, or to take it.
    func awaitClient(of channel: any Channel) {
        let patience = TimeAmount(limits.patience)
        let timer = channel.eventLoop.scheduleTask(in: patience) { channel.close(mode: .all, promise: nil) }
        let superseded: Scheduled<Void>? = open.withLock { open in
            let key = ObjectIdentifier(channel)
            // It can be closed already.
            guard let connection = open[key] else { return timer }
            open[key]?.timer = timer
            open[key]?.waitingSince = .now
            return connection.timer
        }
        superseded?.cancel()
    }

    /// The agent's turn begins.
    func work(for channel: any Channel) {
        let timer: Scheduled<Void>? = open.withLock { open in
            let key = ObjectIdentifier(channel)
            defer {
                open[key]?.timer = nil
                open[key]?.waitingSince = nil
            }
            return open[key]?.timer
        }
        timer?.cancel()
    }

    private func forget(_ channel: any Channel) {
        open.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }?.timer?.cancel()
    }

    /// HTTP/1.1 over connections that are watched.
    var server: HTTPServerBuilder {
        HTTPServerBuilder { [self] responder in
            let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: limits.headBytes,
                maxHeaderListSize: limits.headBytes,
                maxHeaderFieldCount: 100
            )
            let channel = HTTP1Channel(
                responder: { (request, writer: consuming ResponseWriter, channel) in
                    self.awaitClient(of: channel)
                    try await responder(request, writer, channel)
                    self.awaitClient(of: channel)
                },
                configuration: HTTP1Channel.Configuration(httpDecoderConfiguration: decoder)
            )
            return WatchedChannel(base: channel, connections: self)
        }
    }
}

/// A connection that is watched from its beginning.
private struct WatchedChannel: ServerChildChannel {
    let base: HTTP1Channel
    let connections: StatusConnections

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        connections.opened(channel)
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// A request to the status server, and the connection that it came over.
struct StatusRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// What whoever asks may do.
    var rights: StatusAccess.Rights = []

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Reads the whole request while the client is awaited, and lets the agent work without haste.
struct WholeRequest: RouterMiddleware {
    let connections: StatusConnections
    let maximumBytes: Int

    func handle(
        _ request: Request,
        context: StatusRequestContext,
        next: (Request, StatusRequestContext) async throws -> Response
    ) async throws -> Response {
        var request = request
        _ = try await request.collectBody(upTo: maximumBytes)
        connections.work(for: context.channel)
        defer { connections.awaitClient(of: context.channel) }
        return try await next(request, context)
    }
}
