// SPDX-License-Identifier: Apache-2.0

import BitfountTasks
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import HTTPTransport
import NIOCore
import NIOSSL

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
        return try make(
            address,
            proxy: try proxy(endpoint, address, environment),
            caFile: endpoint.caFile,
            timings: timings
        )
    }

    private static func proxy(
        _ endpoint: MessageServiceEndpoint,
        _ address: ServiceAddress,
        _ environment: [String: String]
    ) throws(MessageServiceError) -> ProxyServer? {
        guard !address.isLoopback else { return nil }
        let server: ProxyServer?
        do throws(HTTPError) {
            server = try endpoint.proxy.rules(environment: environment, protocolVariable: "grpc_proxy")
                .server(for: address.hostText, port: address.port)
        } catch {
            throw MessageServiceError(code: .invalidEndpoint, message: error.message, underlying: error)
        }
        guard server.map({ $0.scheme == .http }) ?? true else {
            throw MessageServiceError(
                code: .invalidEndpoint,
                message: "The proxy for the message service must be an http:// URL; gRPC can pass no other kind."
            )
        }
        return server
    }

    /// Makes a transport to an address by a way that is decided already.
    static func make(
        _ address: ServiceAddress,
        proxy: ProxyServer?,
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
        case (.name(let name), nil):
            target = .dns(host: name, port: address.port)
        // Behind a proxy the connection is led to it later: an address can't be the name that TLS proves.
        case (.ipv4(let text), _):
            target = .ipv4(address: text, port: address.port)
        case (.ipv6(let text), _):
            target = .ipv6(address: text, port: address.port)
        }
        do {
            return try Transport(
                target: target,
                transportSecurity: security(address, isBehindProxy: proxy != nil, caFile: caFile),
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

    private static func security(
        _ address: ServiceAddress,
        isBehindProxy: Bool,
        caFile: URL?
    ) -> Transport.TransportSecurity {
        guard !address.isPlaintext else { return .plaintext }
        // The transport asks for TLS 1.2 at least, and verifies chain and host name.
        return .tls { tls in
            if let caFile {
                let files = [SystemAuthorities.bundle, caFile].compactMap { $0 }
                tls.trustRoots = .certificates(files.map { .file(path: $0.path, format: .pem) })
            }
            // The peer's address is the proxy's: ``AddressVerification`` compares the service's own.
            if isBehindProxy, address.isLiteral { tls.serverCertificateVerification = .noHostnameVerification }
        }
    }

    /// The transport has no other place for handlers than this callback.
    private static func addHandlers(
        to channel: any Channel,
        address: ServiceAddress,
        proxy: ProxyServer?,
        timings: ConnectionTimings
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if let proxy {
            let handler = ProxyConnectHandler(
                authority: address.authority,
                authorization: proxy.basicAuthorization,
                dialling: address.isLiteral ? proxy : nil
            )
            try pipeline.addHandler(handler, position: .first)
        }
        let limit = TimeAmount(timings.silenceLimit)
        try pipeline.addHandler(SilenceWatchdog(limit: limit), position: .first)
        guard !address.isPlaintext else { return }
        // Behind TLS only what the service itself says is heard: session tickets come from a service that hangs, too.
        let tls = try pipeline.handler(type: NIOSSLClientHandler.self)
        try pipeline.addHandler(SilenceWatchdog(limit: limit), position: .after(tls))
        try pipeline.addHandler(HTTP2Requirement(), position: .after(tls))
        if proxy != nil, address.isLiteral {
            try pipeline.addHandler(AddressVerification(address.hostText), position: .after(tls))
        }
    }
}
