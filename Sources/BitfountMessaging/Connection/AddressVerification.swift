// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import NIOSSL
import NIOTLS

/// Ends a TLS connection whose certificate is not for the service's address.
///
/// TLS itself compares the address of the peer, which is the proxy's where there is one. The chain is verified by then; nothing but
/// HTTP/2's greeting has been sent.
final class AddressVerification: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let address: String

    /// - Parameter address: An IPv4 or IPv6 address, without brackets.
    init(_ address: String) {
        self.address = address
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent, !isProven(context) {
            context.fireErrorCaught(AddressNotProven(address: address))
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func isProven(_ context: ChannelHandlerContext) -> Bool {
        guard let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else { return false }
        let bytes = Self.bytes(of: address)
        return certificate._subjectAlternativeNames().contains { name in
            name.nameType == .ipAddress && bytes.map { name.contents.elementsEqual($0) } ?? false
        }
    }

    private static func bytes(of address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        return inet_pton(AF_INET6, address, &six) == 1 ? withUnsafeBytes(of: &six) { Array($0) } : nil
    }
}

/// A certificate is for other addresses.
struct AddressNotProven: Error, Hashable, CustomStringConvertible {
    let address: String

    var description: String { "the certificate is not for \(address)" }
}
