// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import HTTPTransport
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
    private let dialled: ProxyServer?
    private var answer = ByteBuffer()
    private var refusal: ProxyRefusal?

    /// - Parameters:
    ///   - authority: Host and port of the service.
    ///   - authorization: The value of `Proxy-Authorization`.
    ///   - dialled: The proxy, where the connection is made to the service's own address and has to be led elsewhere.
    init(authority: String, authorization: String?, dialling dialled: ProxyServer? = nil) {
        self.authority = authority
        self.authorization = authorization
        self.dialled = dialled
    }

    func connect(context: ChannelHandlerContext, to address: SocketAddress, promise: EventLoopPromise<Void>?) {
        guard let dialled else {
            context.connect(to: address, promise: promise)
            return
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let loop = context.eventLoop
        // The resolver blocks.
        DispatchQueue.global().async {
            let found = SocketAddress(resolving: dialled, as: address.protocol)
            loop.execute {
                guard let found else {
                    promise?.fail(ProxyRefusal.unknownName)
                    return
                }
                bound.value.connect(to: found, promise: promise)
            }
        }
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

extension SocketAddress {
    /// The address of a proxy, of the kind that the socket has already; `nil` if there is none.
    fileprivate init?(resolving proxy: ProxyServer, as family: NIOBSDSocket.ProtocolFamily) {
        var hints = addrinfo()
        hints.ai_family = family == .inet6 ? AF_INET6 : AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(proxy.host, String(proxy.port), &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(first) }
        guard let address = first.pointee.ai_addr else { return nil }
        switch first.pointee.ai_family {
        case AF_INET:
            self.init(address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee })
        case AF_INET6:
            self.init(address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee })
        default: return nil
        }
    }
}
