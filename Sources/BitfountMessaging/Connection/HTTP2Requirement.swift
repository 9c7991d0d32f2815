// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOTLS

/// Ends a connection whose peer did not choose HTTP/2 in the TLS handshake, with that as the reason.
///
/// gRPC needs HTTP/2. A proxy that opens up TLS, or a server of another kind, often has HTTP/1.1 only, and what it then makes of
/// the first bytes says nothing to anybody.
final class HTTP2Requirement: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The transport offers both names.
        if case TLSUserEvent.handshakeCompleted(let chosen)? = event as? TLSUserEvent,
            chosen != "h2", chosen != "grpc-exp"
        {
            context.fireErrorCaught(HTTP2NotPossible(chosen: chosen))
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A server that knows of other protocols only says so with an alert, of which TLS has no type of its own.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isRefusal = String(describing: error).contains("NO_APPLICATION_PROTOCOL")
        context.fireErrorCaught(isRefusal ? HTTP2NotPossible(chosen: nil) : error)
    }
}

/// A peer can't be spoken to in HTTP/2.
struct HTTP2NotPossible: Error, Hashable, CustomStringConvertible {
    /// The protocol that it chose instead, if it chose one.
    let chosen: String?

    var description: String {
        let offer = chosen.map { "chose \($0)" } ?? "chose no protocol"
        return "HTTP/2 is not possible here: the server, or a proxy that opens up TLS on the way to it, \(offer)"
    }
}
