// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Closes a connection on which nothing came back for too long after something was sent.
///
/// It finds what no deadline of a call does: a peer that accepts connections and then says nothing, before or after the
/// handshake, and a path that died without a word. HTTP/2 pings would find some of that, but servers close connections
/// that ping more often than once in five minutes.
final class SilenceWatchdog: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let limit: TimeAmount
    /// When the first byte was written that nothing has been read after.
    private var unansweredSince: NIODeadline?
    /// At most one runs at a time, whether it is still needed or not, so that calls cost no timers.
    private var check: Scheduled<Void>?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if unansweredSince == nil {
            unansweredSince = context.eventLoop.now
            if check == nil {
                scheduleCheck(context, in: limit)
            }
        }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unansweredSince = nil
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
    }

    private func scheduleCheck(_ context: ChannelHandlerContext, in delay: TimeAmount) {
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(in: delay) {
            let (handler, context) = bound.value
            handler.checkNow(context)
        }
    }

    private func checkNow(_ context: ChannelHandlerContext) {
        check = nil
        guard let unansweredSince else { return }
        let remaining = unansweredSince + limit - context.eventLoop.now
        if remaining > .zero {
            scheduleCheck(context, in: remaining)
        } else {
            context.fireErrorCaught(ConnectionSilent(limit: limit))
            context.close(promise: nil)
        }
    }
}

/// A peer stopped answering.
struct ConnectionSilent: Error, Hashable, CustomStringConvertible {
    let limit: TimeAmount

    var description: String {
        "nothing was received for \(limit.nanoseconds / 1_000_000_000) seconds"
    }
}
