// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// Asks a proxy for a tunnel before anything else uses the connection (RFC 9110, section 9.3.6).
///
/// The handlers behind it start their handshakes when they hear that the channel is active, so that event is held back
/// until the proxy has agreed. Then this handler leaves the pipeline.
final class ProxyConnectHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The longest answer of a proxy, in bytes.
    static let maximumAnswerBytes = 16 << 10

    private let authority: String
    private let authorization: String?
    private var answer = ByteBuffer()
    private var refusal: ProxyRefusal?

    init(authority: String, authorization: String?) {
        self.authority = authority
        self.authorization = authorization
    }

    func channelActive(context: ChannelHandlerContext) {
        var request = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        if let authorization {
            request += "Proxy-Authorization: \(authorization)\r\n"
        }
        request += "\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        answer.writeBuffer(&bytes)
        guard let end = Self.endOfHead(answer.readableBytesView) else {
            if answer.readableBytes > Self.maximumAnswerBytes {
                refuse(context, .notHTTP)
            }
            return
        }
        guard let status = Self.status(answer.readableBytesView[..<end]) else {
            refuse(context, .notHTTP)
            return
        }
        guard (200..<300).contains(status) else {
            refuse(context, .status(status))
            return
        }
        answer.moveReaderIndex(to: end)
        context.fireChannelActive()
        if answer.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(answer))
            context.fireChannelReadComplete()
        }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if refusal == nil {
            refuse(context, .hungUp)
        }
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if let refusal {
            promise?.fail(refusal)
        } else {
            context.write(data, promise: promise)
        }
    }

    /// Ends the connection with a reason. The handlers behind heed no error before they were active, so they are told that
    /// they are; what they then send goes nowhere.
    private func refuse(_ context: ChannelHandlerContext, _ refusal: ProxyRefusal) {
        self.refusal = refusal
        context.fireChannelActive()
        context.fireErrorCaught(refusal)
        context.close(promise: nil)
    }

    /// Where the empty line after the head ends.
    private static func endOfHead(_ bytes: ByteBufferView) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard bytes.count >= mark.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - mark.count)
        where bytes[start..<start + mark.count].elementsEqual(mark) {
            return start + mark.count
        }
        return nil
    }

    /// The three digits of `HTTP/1.x nnn`.
    private static func status(_ head: ByteBufferView) -> Int? {
        let text = String(decoding: head.prefix(64), as: UTF8.self)
        guard text.hasPrefix("HTTP/1.") else { return nil }
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let digits = words[1].split(separator: "\r\n").first, digits.utf8.count == 3 else {
            return nil
        }
        return Int(digits)
    }
}
