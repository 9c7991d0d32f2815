// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import NIOCore

/// The HTTP/2 connection to the message service.
enum MessageServiceTransport {
    typealias Transport = HTTP2ClientTransport.Posix

    /// Makes a transport; it connects once it runs, and again whenever the connection is lost.
    static func make(
        _ endpoint: MessageServiceEndpoint,
        timings: ConnectionTimings,
        environment: [String: String]
    ) throws(MessageServiceError) -> Transport {
        let address = try ServiceAddress(endpoint.url)
        var proxy: ProxyAddress?
        if !address.isLoopback {
            proxy = try endpoint.proxy.proxy(for: address.hostText, environment: environment)
        }
        return try make(address, proxy: proxy, caFile: endpoint.caFile, timings: timings)
    }

    /// Makes a transport to an address by a way that is decided already.
    static func make(
        _ address: ServiceAddress,
        proxy: ProxyAddress?,
        caFile: URL?,
        timings: ConnectionTimings
    ) throws(MessageServiceError) -> Transport {
        let target: any ResolvableTarget
        var authority: String?
        switch (address.host, proxy) {
        case (.name, let proxy?):
            // The address that is dialled is the proxy's; the name that is proven by TLS is the service's.
            target = .dns(host: proxy.host, port: proxy.port)
            authority = address.authority
        case (_, .some):
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: "Behind a proxy the message service must be named by its host name, not by an IP address."
            )
        case (.name(let name), nil):
            target = .dns(host: name, port: address.port)
        case (.ipv4(let text), nil):
            target = .ipv4(address: text, port: address.port)
        case (.ipv6(let text), nil):
            target = .ipv6(address: text, port: address.port)
        }
        do {
            return try Transport(
                target: target,
                transportSecurity: security(address, caFile: caFile),
                config: .defaults { config in
                    config.http2.authority = authority
                    config.backoff.initial = timings.initialBackoff
                    config.backoff.max = timings.maximumBackoff
                    // Few and small calls: waiting for more to send with them only costs time.
                    config.connection.flushCoalescing = nil
                    config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try addHandlers(to: channel, address: address, proxy: proxy, timings: timings)
                        }
                    }
                }
            )
        } catch {
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: caFile.map { "The certificate authorities in \($0.path) can't be used." }
                    ?? "The connection to the message service can't be set up.",
                underlying: error
            )
        }
    }

    private static func security(_ address: ServiceAddress, caFile: URL?) -> Transport.TransportSecurity {
        guard !address.isPlaintext else { return .plaintext }
        // The transport asks for TLS 1.2 at least, and verifies chain and host name.
        return .tls { tls in
            if let caFile {
                tls.trustRoots = .certificates([.file(path: caFile.path, format: .pem)])
            }
        }
    }

    /// The transport has no other place for handlers than this callback.
    private static func addHandlers(
        to channel: any Channel,
        address: ServiceAddress,
        proxy: ProxyAddress?,
        timings: ConnectionTimings
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let proxy {
            let handler = ProxyConnectHandler(authority: address.authority, authorization: proxy.authorization)
            try pipeline.addHandler(handler, position: .first)
        }
        try pipeline.addHandler(SilenceWatchdog(limit: TimeAmount(timings.silenceLimit)), position: .first)
    }
}
